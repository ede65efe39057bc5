//! Rust and Kafka's own console tools on the same topics and groups: what one writes the other reads, byte for byte.

use std::{
    collections::BTreeMap,
    io::Write,
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use kafka_demo::Kafka;
use rdkafka::{
    Message, Offset, TopicPartitionList,
    consumer::{CommitMode, Consumer, StreamConsumer},
    message::{Header, Headers, OwnedHeaders, OwnedMessage},
    producer::{FutureProducer, FutureRecord, Producer},
};
use tokio::runtime::Runtime;

use crate::{Test, support::Limit};

const CODECS: [&str; 5] = ["none", "gzip", "snappy", "lz4", "zstd"];
const PARTITIONS: i32 = 12;
const KEYS: usize = 1000;
const TIMESTAMP: i64 = 1_700_000_000_000;
/// Without it, messages of so long ago would be deleted at once.
const KEEP: [(&str, &str); 1] = [("retention.ms", "-1")];

pub fn tests() -> Vec<(String, Test)> {
    vec![
        test("console_consumer_reads_what_rust_writes", reads_what_rust_writes),
        test("rust_reads_what_console_producer_writes", rust_reads),
        test("keys_lie_in_the_same_partitions", same_partitions),
        test("groups_go_on_where_the_other_stopped", groups_go_on),
        test("console_consumer_sees_what_is_committed", committed_only),
    ]
}

fn test(name: &str, run: impl AsyncFnOnce(&Sides) -> Result<()> + Send + 'static) -> (String, Test) {
    let run: Test = Box::new(|cluster| {
        let kafka = Kafka::connect(&cluster.options, false)?;
        let broker = kafka.cluster()?.ids()?[0];
        let container = kafka.cluster()?.container(broker)?;
        Runtime::new()?.block_on(run(&Sides { kafka, container }))
    });
    (format!("interop::{name}"), run)
}

/// Rust's side, and the container with Kafka's tools.
struct Sides {
    kafka: Kafka,
    container: String,
}

/// By its class, wherever the image has Kafka's jars: a script by this name may start another class, which no longer is.
const CONSOLE_PRODUCER: [&str; 4] = [
    "bash",
    "-c",
    r#"exec java -cp "/usr/share/java/kafka/*:/opt/kafka/libs/*" kafka.tools.ConsoleProducer "$@""#,
    "kafka-console-producer",
];
const DUMP_LOG: [&str; 4] = [
    "bash",
    "-c",
    r#"exec java -cp "/usr/share/java/kafka/*:/opt/kafka/libs/*" kafka.tools.DumpLogSegments "$@""#,
    "kafka-dump-log",
];

impl Sides {
    /// What a tool that is told of the cluster prints, given this to read.
    fn tool(&self, program: &[&str], arguments: &[&str], input: &str) -> Result<Vec<u8>> {
        let cluster = ["--bootstrap-server", "kafka-1:29092"];
        self.execute(program, &[&cluster, arguments].concat(), input)
    }

    fn execute(&self, program: &[&str], arguments: &[&str], input: &str) -> Result<Vec<u8>> {
        let name = program.last().context("no tool")?;
        let mut child = Command::new("docker")
            .args(["exec", "--interactive", &self.container])
            .args(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let _limit = Limit::of(&child, Duration::from_secs(120));
        let mut stdin = child.stdin.take().context("no stdin")?;
        let input = input.to_owned();
        // The tool may print before it has read all.
        let writing = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
        let output = child.wait_with_output()?;
        writing.join().unwrap()?;
        let errors = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{name} {arguments:?}: {errors}");
        ensure!(!errors.contains("ERROR"), "{name} {arguments:?}: {errors}");
        Ok(output.stdout)
    }

    /// What the console consumer prints of so many messages.
    fn console(&self, topic: &str, count: usize, arguments: &[&str]) -> Result<Vec<u8>> {
        let count = count.to_string();
        let always = [
            "--topic",
            topic,
            "--max-messages",
            &count,
            "--timeout-ms",
            "60000",
        ];
        self.tool(&["kafka-console-consumer"], &[&always, arguments].concat(), "")
    }

    /// The codec of each message of a topic's only partition, as it lies on the broker's disk.
    fn codecs(&self, topic: &str) -> Result<Vec<String>> {
        let log = format!("/var/lib/kafka/data/{topic}-0/00000000000000000000.log");
        let dump = String::from_utf8(self.execute(&DUMP_LOG, &["--files", &log], "")?)?;
        let mut codecs = Vec::new();
        for batch in dump.lines().filter(|line| line.starts_with("baseOffset: ")) {
            let words: Vec<_> = batch.split(' ').collect();
            let field = |name: &str| {
                let pair = words.windows(2).find(|pair| pair[0] == name);
                pair.map(|pair| pair[1])
                    .with_context(|| format!("no {name} {batch}"))
            };
            let end = field("lastOffset:")?.parse::<usize>()? + 1;
            codecs.resize(end, field("compresscodec:")?.to_owned());
        }
        Ok(codecs)
    }

    fn producer(&self, settings: &[(&str, &str)]) -> Result<FutureProducer> {
        let mut config = self.kafka.client();
        for (key, value) in settings {
            config.set(*key, *value);
        }
        Ok(config.create()?)
    }

    async fn send(&self, producer: &FutureProducer, topic: &str, values: &[&str]) -> Result<()> {
        for value in values {
            let record = FutureRecord::<(), _>::to(topic).payload(*value);
            let sent = producer.send(record, self.kafka.timeout()).await;
            sent.map_err(|(error, _)| error)?;
        }
        Ok(())
    }

    /// The first messages of a topic.
    async fn read(&self, topic: &str, partitions: i32, count: usize) -> Result<Vec<OwnedMessage>> {
        let consumer: StreamConsumer = self.kafka.client().set("group.id", "unused").create()?;
        let mut assignment = TopicPartitionList::new();
        for partition in 0..partitions {
            assignment.add_partition_offset(topic, partition, Offset::Beginning)?;
        }
        consumer.assign(&assignment)?;
        receive(&consumer, count).await
    }
}

async fn receive(consumer: &StreamConsumer, count: usize) -> Result<Vec<OwnedMessage>> {
    let mut messages = Vec::new();
    while messages.len() < count {
        let message = tokio::time::timeout(Duration::from_secs(30), consumer.recv());
        let message = message
            .await
            .with_context(|| format!("{} of {count} messages", messages.len()))?;
        messages.push(message?.detach());
    }
    Ok(messages)
}

fn values(messages: &[OwnedMessage]) -> Vec<String> {
    let value = |message: &OwnedMessage| message.payload().map(String::from_utf8_lossy).map(Into::into);
    messages.iter().filter_map(value).collect()
}

fn header<'a>(key: &'a str, value: Option<&'a str>) -> Header<'a, &'a str> {
    Header { key, value }
}

async fn reads_what_rust_writes(sides: &Sides) -> Result<()> {
    let topic = sides.kafka.topic_with("interop", 1, 3, &KEEP).await?;
    let every_byte: Vec<u8> = (0..=255).collect();
    let long = vec![b'x'; 100_000];
    let mut expected = Vec::new();
    let mut offset = 0;
    for codec in CODECS {
        // Large batches, so that there is something to compress.
        let producer = sides.producer(&[("compression.type", codec), ("linger.ms", "50")])?;
        let headers = OwnedHeaders::new()
            .insert(header("language", Some("en")))
            .insert(header("codec", Some(codec)))
            .insert(header("draft", None));
        let records = [
            (Some("Zoë"), Some(&b"Hello"[..]), Some(headers)),
            (Some("key"), None, None),
            (None, Some(&b""[..]), None),
            (Some(""), Some(&every_byte[..]), None),
            (Some("long"), Some(&long[..]), None),
        ];
        let mut deliveries = Vec::new();
        for (key, value, headers) in records {
            let timestamp = TIMESTAMP + offset;
            let mut record = FutureRecord::to(&topic).timestamp(timestamp);
            record.key = key;
            record.payload = value;
            let shown = match &headers {
                Some(_) => format!("language:en,codec:{codec},draft:NULL"),
                None => "NO_HEADERS".to_owned(),
            };
            record.headers = headers;
            deliveries.push(producer.send_result(record).map_err(|(error, _)| error)?);
            let key = key.unwrap_or("NULL");
            let line = format!("CreateTime:{timestamp}|Partition:0|Offset:{offset}|{shown}|{key}|");
            expected.extend(line.as_bytes());
            expected.extend(value.unwrap_or(b"NULL"));
            expected.push(b'\n');
            offset += 1;
        }
        for delivery in deliveries {
            delivery.await?.map_err(|(error, _)| error)?;
        }
    }
    let show = "print.timestamp print.partition print.offset print.headers print.key".split(' ');
    let properties: Vec<_> = show.map(|property| format!("{property}=true")).collect();
    let mut arguments = vec!["--from-beginning"];
    for property in properties
        .iter()
        .map(String::as_str)
        .chain(["null.literal=NULL", "key.separator=|"])
    {
        arguments.extend(["--property", property]);
    }
    let printed = sides.console(&topic, offset as usize, &arguments)?;
    let differs = printed
        .iter()
        .zip(&expected)
        .position(|(one, other)| one != other);
    ensure!(
        printed == expected,
        "{} bytes, expected {}; the first to differ: {differs:?}, after {:?}",
        printed.len(),
        expected.len(),
        String::from_utf8_lossy(&printed[..differs.unwrap_or(0)])
            .lines()
            .last()
    );
    // Of each codec the last one is long. What is no shorter compressed librdkafka sends as it is.
    let codecs = sides.codecs(&topic)?;
    let long: Vec<_> = codecs
        .chunks(offset as usize / CODECS.len())
        .filter_map(<[_]>::last)
        .collect();
    ensure!(long == CODECS.each_ref(), "on the disk: {codecs:?}");
    Ok(())
}

async fn rust_reads(sides: &Sides) -> Result<()> {
    let topic = sides.kafka.topic("interop", 1).await?;
    for codec in CODECS {
        let input = format!("language:en,codec:{codec}\tZoë\tHello Zoë\nlanguage:\tBob\tNULL\nNULL\tAnn\t\n");
        let codec = format!("--compression-codec={codec}");
        let arguments = ["--topic", &topic, &codec, "--property", "parse.key=true"];
        let more = [
            "--property",
            "parse.headers=true",
            "--property",
            "null.marker=NULL",
        ];
        sides.tool(&CONSOLE_PRODUCER, &[&arguments[..], &more].concat(), &input)?;
    }
    let messages = sides.read(&topic, 1, 3 * CODECS.len()).await?;
    for (messages, codec) in messages.chunks(3).zip(CODECS) {
        let read: Vec<_> = messages
            .iter()
            .map(|message| {
                let headers = message.headers().into_iter().flat_map(Headers::iter);
                let headers: Vec<_> = headers.map(|header| (header.key, header.value)).collect();
                (headers, message.key(), message.payload())
            })
            .collect();
        let first = vec![("language", Some(&b"en"[..])), ("codec", Some(codec.as_bytes()))];
        let expected = [
            (first, Some("Zoë".as_bytes()), Some("Hello Zoë".as_bytes())),
            (vec![("language", Some(&b""[..]))], Some(b"Bob"), None),
            (vec![], Some(b"Ann"), Some(b"")),
        ];
        ensure!(read == expected, "{codec}: {read:?}, expected {expected:?}");
    }
    let codecs = sides.codecs(&topic)?;
    let expected = CODECS.map(|codec| [codec; 3]).concat();
    ensure!(codecs == expected, "on the disk: {codecs:?}");
    Ok(())
}

async fn same_partitions(sides: &Sides) -> Result<()> {
    let theirs = sides.kafka.topic("theirs", PARTITIONS).await?;
    let ours = sides.kafka.topic("ours", PARTITIONS).await?;
    let keys: Vec<_> = (0..KEYS).map(|number| format!("customer-{number}")).collect();
    let lines: String = keys.iter().map(|key| format!("{key}\tan order\n")).collect();
    let arguments = ["--topic", &theirs, "--property", "parse.key=true"];
    sides.tool(&CONSOLE_PRODUCER, &arguments, &lines)?;
    let producer = sides.producer(&[("partitioner", "murmur2_random")])?;
    let mut deliveries = Vec::new();
    for key in &keys {
        let record = FutureRecord::to(&ours).key(key).payload("an order");
        deliveries.push(producer.send_result(record).map_err(|(error, _)| error)?);
    }
    for delivery in deliveries {
        delivery.await?.map_err(|(error, _)| error)?;
    }
    let mut partitions = Vec::new();
    for topic in [&theirs, &ours] {
        let messages = sides.read(topic, PARTITIONS, KEYS).await?;
        let of_keys: BTreeMap<_, _> = messages
            .iter()
            .map(|message| (message.key().map(<[u8]>::to_vec), message.partition()))
            .collect();
        ensure!(of_keys.len() == KEYS, "{} keys in {topic}", of_keys.len());
        partitions.push(of_keys);
    }
    let elsewhere = partitions[0]
        .iter()
        .zip(&partitions[1])
        .filter(|(their, our)| their != our);
    let elsewhere = elsewhere.count();
    ensure!(elsewhere == 0, "{elsewhere} of {KEYS} keys lie elsewhere");
    Ok(())
}

async fn groups_go_on(sides: &Sides) -> Result<()> {
    let topic = sides.kafka.topic("interop", 1).await?;
    let group = sides.kafka.name("interop");
    let producer = sides.producer(&[])?;
    sides.send(&producer, &topic, &["0", "1", "2", "3", "4"]).await?;
    let consumer = || -> Result<StreamConsumer> {
        let consumer: StreamConsumer = sides
            .kafka
            .client()
            .set("group.id", &group)
            .set("auto.offset.reset", "earliest")
            .set("enable.auto.commit", "false")
            .create()?;
        consumer.subscribe(&[&topic])?;
        Ok(consumer)
    };

    let rust = consumer()?;
    receive(&rust, 3).await?;
    let mut position = TopicPartitionList::new();
    position.add_partition_offset(&topic, 0, Offset::Offset(3))?;
    rust.commit(&position, CommitMode::Sync)?;
    drop(rust);
    let offsets = described(sides, &group, &topic)?;
    ensure!(offsets == ["3", "5", "2"], "after Rust: {offsets:?}");

    let printed = String::from_utf8(sides.console(&topic, 2, &["--group", &group])?)?;
    ensure!(
        printed == "3\n4\n",
        "the console consumer went on with {printed:?}"
    );
    let offsets = described(sides, &group, &topic)?;
    ensure!(
        offsets == ["5", "5", "0"],
        "after the console consumer: {offsets:?}"
    );

    sides.send(&producer, &topic, &["5", "6"]).await?;
    let rust = consumer()?;
    let read = values(&receive(&rust, 2).await?);
    ensure!(read == ["5", "6"], "Rust went on with {read:?}");
    drop(rust);

    // Kafka's tool moves the group, and Rust starts where it was moved to.
    let to = ["--group", &group, "--topic", &topic];
    let reset = ["--reset-offsets", "--to-offset", "1", "--execute"];
    sides.tool(&["kafka-consumer-groups"], &[&to[..], &reset].concat(), "")?;
    let rust = consumer()?;
    let read = values(&receive(&rust, 6).await?);
    ensure!(
        read == ["1", "2", "3", "4", "5", "6"],
        "after the reset Rust read {read:?}"
    );
    Ok(())
}

/// The group's current offset, the end of the log and the lag, as Kafka's own tool shows them.
fn described(sides: &Sides, group: &str, topic: &str) -> Result<Vec<String>> {
    let table = sides.tool(&["kafka-consumer-groups"], &["--describe", "--group", group], "")?;
    let table = String::from_utf8(table)?;
    let row = table
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>())
        .find(|row| row.get(1) == Some(&topic))
        .with_context(|| format!("no line about {topic}: {table}"))?;
    Ok(row[3..6].iter().map(ToString::to_string).collect())
}

async fn committed_only(sides: &Sides) -> Result<()> {
    let topic = sides.kafka.topic("interop", 1).await?;
    let name = sides.kafka.name("interop");
    let producer = sides.producer(&[("transactional.id", &name)])?;
    producer.init_transactions(sides.kafka.timeout())?;
    for (values, commit) in [
        (&["1 in", "2 in"][..], true),
        (&["3 out", "4 out"], false),
        (&["5 in"], true),
    ] {
        producer.begin_transaction()?;
        sides.send(&producer, &topic, values).await?;
        match commit {
            true => producer.commit_transaction(sides.kafka.timeout())?,
            false => producer.abort_transaction(sides.kafka.timeout())?,
        }
    }
    let committed = ["--from-beginning", "--isolation-level", "read_committed"];
    let printed = String::from_utf8(sides.console(&topic, 3, &committed)?)?;
    ensure!(printed == "1 in\n2 in\n5 in\n", "committed: {printed:?}");
    let all = ["--from-beginning", "--isolation-level", "read_uncommitted"];
    let printed = String::from_utf8(sides.console(&topic, 5, &all)?)?;
    ensure!(
        printed == "1 in\n2 in\n3 out\n4 out\n5 in\n",
        "uncommitted: {printed:?}"
    );
    Ok(())
}
