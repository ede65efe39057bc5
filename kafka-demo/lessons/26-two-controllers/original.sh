#!/usr/bin/env bash
# The controller is frozen for longer than its session and wakes as a second one: its epoch is over, and it resigns.
set -euo pipefail

brokers=kafka-1:29092,kafka-2:29092,kafka-3:29092
topic=orders-$RANDOM$RANDOM
log=$(mktemp)
trap '{ docker compose kill --signal CONT || true; docker compose up --detach --wait; } >/dev/null 2>&1; rm -f "$log"' EXIT

on() { docker compose exec -T "$@" </dev/null; }
zookeeper() { on "$tools" zookeeper-shell zookeeper:2181 "$@" 2>/dev/null || true; }
controller() { zookeeper get /controller | sed -nE 's/.*"brokerid":([0-9]+).*/\1/p'; }
epoch() { zookeeper get /controller_epoch | tail -1; }
acknowledged() { grep -c producer_send_success "$log" || true; }
wait_for() {
  local end=$((SECONDS + 90))
  until eval "$1"; do
    ((SECONDS < end)) || { echo "not within 90 s: $1" >&2; exit 1; }
    sleep 0.1
  done
}
holds() { if eval "$1"; then echo true; else echo false; fi; }

tools=kafka-1
first=$(controller)
one=$((first % 3 + 1)) other=$(((first + 1) % 3 + 1))
tools=kafka-$one
epoch_before=$(epoch)
version=$(zookeeper stat /controller_epoch | sed -n 's/^dataVersion = //p')
# A frozen broker also stalls the partitions it has a replica of. This one has none there: what it does without a
# controller is the question.
on "$tools" kafka-topics --bootstrap-server "$brokers" --create --topic "$topic" --replica-assignment "$one:$other" \
  --config min.insync.replicas=2
on "$tools" bash -c "kafka-verifiable-producer --bootstrap-server $brokers --topic $topic --acks -1 --throughput 50 \
  --max-messages 1500 --producer.config <(echo retries=1000000)" >"$log" 2>/dev/null &
producer=$!
wait_for '(($(acknowledged) >= 50))'

since=$(date +%s)
docker compose kill --signal STOP "kafka-$first"
before=$(acknowledged)
wait_for 'second=$(controller); [[ -n $second && $second != "$first" ]]'
without=$(acknowledged)
epoch_after=$(epoch)
# Each write of a controller carries the version of /controller_epoch that it knows. So would one of the first's:
refused=$(on "$tools" zookeeper-shell zookeeper:2181 set -v "$version" /controller_epoch "$epoch_after" 2>&1 |
  sed -n 's/^version No is not valid.*/BadVersion/p' || true)
wait_for '(($(acknowledged) > without))'
both=$(acknowledged)

docker compose kill --signal CONT "kafka-$first"
wait_for 'resigned=$(docker compose logs --no-log-prefix --since "$since" "kafka-$first" |
  grep -F "[Controller id=$first] Resigned"); [[ -n $resigned ]]'
echo "broker $first logs: $resigned"
wait_for 'registered=$(zookeeper ls /brokers/ids | tail -1); [[ $registered == "[1, 2, 3]" ]]'
wait_for '(($(acknowledged) > both))'
third=$(controller)
wait "$producer"

# A consumer that gave up early would look like loss: the last message must be among what it read.
consumed=$(on "$tools" kafka-console-consumer --bootstrap-server "$brokers" --topic "$topic" --partition 0 \
  --offset earliest --timeout-ms 20000 2>/dev/null | sort -u || true)
grep -qx 1499 <<<"$consumed" || { echo "the consumer gave up before the end" >&2; exit 1; }
lost=$(comm -23 <(sed -nE 's/.*producer_send_success.*"value":"([0-9]+)".*/\1/p' "$log" | sort) <(echo "$consumed") | wc -l)

echo "the controller epoch rose by = $((epoch_after - epoch_before))"
echo "a write in the first one's epoch = $refused"
echo "the first one resigns = $(holds '[[ -n $resigned ]]')"
echo "it takes part again as a broker = $(holds '[[ $registered == *$first* ]]')"
echo "the other one stays the controller = $(holds '[[ $third == "$second" ]]')"
echo "messages are acknowledged before = $(holds '((before > 0))')"
echo "messages are acknowledged without a controller = $(holds '((without > before))')"
echo "messages are acknowledged with one frozen, one elected = $(holds '((both > without))')"
echo "messages are acknowledged after it woke = $(holds '(($(acknowledged) > both))')"
echo "acknowledged messages lost = $lost"
