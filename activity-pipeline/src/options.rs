//! The command line.

use std::{
    net::{SocketAddr, ToSocketAddrs},
    path::PathBuf,
    time::Duration,
};

use clap::{Parser, ValueEnum, value_parser};

/// User activity, live: events go by HTTP to Kafka, are counted exactly once, and are on a page a moment later
#[derive(Debug, Clone, Parser)]
pub struct Options {
    /// What this process does
    #[arg(value_enum, default_value_t = Part::All)]
    pub part: Part,

    /// A cluster's brokers, like 127.0.0.1:9092 [default: an embedded broker within this process]
    #[arg(long, value_name = "HOST:PORT,…", value_parser = addresses)]
    pub brokers: Option<String>,

    /// The ZooKeeper that runs the cluster
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:2181", value_parser = addresses)]
    pub zookeeper: String,

    /// Where to listen; port 0 chooses a free one [default: 127.0.0.1:3000; process only where it is told to, for /metrics]
    #[arg(long, value_name = "ADDR", value_parser = address)]
    pub listen: Option<SocketAddr>,

    /// Events a second that this process posts itself [default: 200 where it does everything, else 0]
    #[arg(long, value_name = "EVENTS", value_parser = value_parser!(u32).range(..=10_000))]
    pub traffic: Option<u32>,

    /// Minutes of the past that it posts first
    #[arg(long, value_name = "MINUTES", default_value_t = 20, value_parser = value_parser!(u32).range(..=1440))]
    pub history: u32,

    /// Minutes after which the pattern of traffic comes again
    #[arg(long, value_name = "MINUTES", default_value_t = 10, value_parser = value_parser!(u32).range(2..=10_080))]
    pub season: u32,

    /// Seconds after its end in which a minute still takes late events
    #[arg(long, value_name = "SECONDS", default_value_t = 120, value_parser = value_parser!(u32).range(..=3600))]
    pub grace: u32,

    /// The topic of events; other topics and the groups begin with it
    #[arg(long, default_value = "activity", value_parser = name)]
    pub name: String,

    /// Partitions of a topic, where it is made
    #[arg(long, default_value_t = 4, value_parser = value_parser!(i32).range(1..=100))]
    pub partitions: i32,

    /// The folder of the Parquet files
    #[arg(long, value_name = "FOLDER", default_value = "target/activity-archive")]
    pub archive: PathBuf,

    /// Seconds after which whatever does not answer is given up
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = value_parser!(u64).range(1..=300))]
    pub timeout: u64,
}

/// What a process does. Of each there may be several, each in a process of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// All that follows
    All,
    /// Takes events by HTTP
    Collect,
    /// Counts events, and writes them to Parquet files
    Process,
    /// Shows the page
    Serve,
}

impl Options {
    pub fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout)
    }

    pub fn does(&self, part: Part) -> bool {
        self.part == part || self.part == Part::All
    }

    /// Where to listen, where there is something to be asked for.
    pub fn address(&self) -> Option<SocketAddr> {
        let usual = (self.part != Part::Process).then_some(SocketAddr::from(([127, 0, 0, 1], 3000)));
        self.listen.or(usual)
    }

    /// Events a second that this process posts itself.
    pub fn rate(&self) -> u32 {
        self.traffic
            .unwrap_or(if self.part == Part::All { 200 } else { 0 })
    }
}

fn address(text: &str) -> Result<SocketAddr, String> {
    let found = text.to_socket_addrs().ok().and_then(|mut found| found.next());
    found.ok_or_else(|| "expected an address and a port, like 127.0.0.1:3000".to_owned())
}

fn addresses(text: &str) -> Result<String, String> {
    for address in text.split(',') {
        let port = address.rsplit_once(':').filter(|(host, _)| !host.is_empty());
        let port = port.and_then(|(_, port)| port.parse::<u16>().ok());
        if port.is_none_or(|port| port == 0) {
            return Err(format!("{address:?} is no HOST:PORT"));
        }
    }
    Ok(text.to_owned())
}

/// What Kafka takes as the name of a topic, and a file system as that of a folder.
fn name(text: &str) -> Result<String, String> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    if (1..=100).contains(&text.len()) && text.bytes().all(fits) {
        return Ok(text.to_owned());
    }
    Err("a name has 1 to 100 letters, digits, - and _".to_owned())
}
