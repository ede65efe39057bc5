"""Counts activity by minute, page and segment, with confluent-kafka and pandas: `count.py BROKERS NAME`.

The totals so far are read back from their topic, so that it goes on where it ended. At least once: what it had published
but not committed when it crashed is counted again.
"""

import json
import signal
import sys
from collections import Counter
from itertools import islice

import pandas as pd
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Producer, TopicPartition

BATCH, LINGER = 5_000, 0.025
# Ids that are known again when an event is sent once more.
REMEMBERED = 500_000
KEYS = ["minute", "page", "segment"]


def reader(brokers, group, **settings):
    # The back-off is what librdkafka waits where its queue was full; a second unless it is told otherwise.
    return Consumer({
        "bootstrap.servers": brokers,
        "group.id": group,
        "auto.offset.reset": "earliest",
        "enable.auto.commit": False,
        "fetch.queue.backoff.ms": 5,
        **settings,
    })


def totals_so_far(brokers, topic):
    consumer = reader(brokers, f"{topic}-read", **{"enable.partition.eof": True})
    unread = set(consumer.list_topics(topic).topics[topic].partitions)
    consumer.assign([TopicPartition(topic, partition, OFFSET_BEGINNING) for partition in unread])
    totals = Counter()
    while unread:
        for message in consumer.consume(BATCH, timeout=1):
            if message.error() is None:
                key = json.loads(message.key())
                totals[tuple(key[name] for name in KEYS)] = json.loads(message.value())["events"]
            elif message.error().code() == KafkaError._PARTITION_EOF:
                unread.discard(message.partition())
            else:
                raise KafkaException(message.error())
    consumer.close()
    return totals


def received(consumer):
    """The messages of a short while. What goes wrong, librdkafka tries again by itself."""
    for message in consumer.consume(BATCH, timeout=LINGER):
        if message.error() is None:
            yield message
        else:
            print(message.error(), file=sys.stderr)


def new_events(messages, seen):
    """The events that can be read and are not among those seen, each once."""
    events = {}
    for message in messages:
        try:
            event = json.loads(message.value())
            if event["id"] not in seen:
                events[event["id"]] = event
        except (ValueError, TypeError, KeyError) as error:
            print(f"offset {message.offset()} of partition {message.partition()}: {error!r}", file=sys.stderr)
    seen.update(dict.fromkeys(events))
    for forgotten in list(islice(seen, max(0, len(seen) - REMEMBERED))):
        del seen[forgotten]
    return pd.DataFrame.from_records(list(events.values()), columns=["at", "page", "segment"])


def count(events):
    minutes = pd.to_datetime(events["at"], format="ISO8601", utc=True).dt.floor("min")
    counts = events.assign(minute=minutes).groupby(KEYS, sort=False).size()
    for (minute, page, segment), new in counts.items():
        yield (minute.strftime("%Y-%m-%dT%H:%M:%SZ"), page, segment), new


def main(brokers, name):
    topic = f"{name}-totals"
    totals = totals_so_far(brokers, topic)
    seen = {}
    stopped = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.append(True))

    producer = Producer({"bootstrap.servers": brokers, "acks": "all"})
    consumer = reader(brokers, f"{name}-count")
    consumer.subscribe([name])
    while not stopped:
        messages = list(received(consumer))
        if not messages:
            continue
        for key, new in count(new_events(messages, seen)):
            totals[key] += new
            producer.produce(topic, json.dumps({"events": totals[key]}), json.dumps(dict(zip(KEYS, key))))
        producer.flush()
        consumer.commit(asynchronous=False)
    consumer.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
