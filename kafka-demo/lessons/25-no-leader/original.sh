#!/usr/bin/env bash
# All replicas of a partition are down: nobody leads it, producers time out, and the last in-sync one serves again.
set -euo pipefail

brokers=kafka-1:29092,kafka-2:29092,kafka-3:29092
topic=orders-$RANDOM$RANDOM
folder=$(mktemp -d)
trap 'docker compose up --detach --wait >/dev/null 2>&1; rm -r "$folder"' EXIT

on() { docker compose exec -T "$@" </dev/null; }
zookeeper() { on kafka-3 zookeeper-shell zookeeper:2181 "$@" 2>/dev/null | tail -1; }
state() { zookeeper get "/brokers/topics/$topic/partitions/0/state"; }
leader() { sed -nE 's/.*"leader":(-?[0-9]+).*/\1/p' <<<"$1"; }
in_sync() { sed -nE 's/.*"isr":\[([^]]*)\].*/\1/p' <<<"$1" | tr , '\n'; }
wait_for() {
  local end=$((SECONDS + 90))
  until eval "$1"; do
    ((SECONDS < end)) || { echo "not within 90 s: $1" >&2; exit 1; }
    sleep 0.1
  done
}
holds() { if eval "$1"; then echo true; else echo false; fi; }
# produce FIRST COUNT SETTING…: the numbers from FIRST on
produce() {
  on kafka-3 bash -c "kafka-verifiable-producer --bootstrap-server $brokers --topic $topic --acks -1 --max-messages $2 \
    --value-prefix $1 --producer.config <(printf '%s\n' retries=1000000 ${*:3})" >>"$folder/produced" 2>/dev/null
}
numbers() { awk -F. '{ print $1 + $2 }' | sort -u; }

# Brokers 1 and 2 have the replicas, broker 3 lives on.
on kafka-3 kafka-topics --bootstrap-server "$brokers" --create --topic "$topic" --replica-assignment 1:2 \
  --config min.insync.replicas=1
wait_for '(($(in_sync "$(state)" | wc -l) == 2))'
produce 0 100
docker compose kill kafka-1 kafka-2
wait_for 'down=$(state); [[ $(leader "$down") == -1 && $(zookeeper ls /brokers/ids) == "[3]" ]]'

wait_for 'described=$(on kafka-3 kafka-topics --bootstrap-server kafka-3:29092 --describe --topic "$topic" |
  sed -nE "s/.*Leader: ([^[:space:]]+).*/\1/p"); [[ $described == none ]]'
produce 100 1 delivery.timeout.ms=5000 request.timeout.ms=4000
error=$(sed -nE 's/.*producer_send_error.*"exception":"class [a-z.]*\.([A-Za-z]+)".*/\1/p' "$folder/produced")

last=$(in_sync "$down")
docker compose start "kafka-$last"
wait_for 'served=$(leader "$(state)"); ((served >= 0))'
produce 101 10
docker compose start kafka-1 kafka-2
wait_for '(($(in_sync "$(state)" | wc -l) == 2))'

sed -nE 's/.*producer_send_success.*"value":"([0-9.]+)".*/\1/p' "$folder/produced" | numbers >"$folder/acknowledged"
# A consumer that gave up early would look like loss: the last message must be among what it read.
{ on kafka-3 kafka-console-consumer --bootstrap-server "$brokers" --topic "$topic" --partition 0 --offset earliest \
  --timeout-ms 20000 2>/dev/null || true; } | numbers >"$folder/consumed"
grep -qx 110 "$folder/consumed" || { echo "the consumer gave up before the end" >&2; exit 1; }

echo "leader in ZooKeeper = $(leader "$down")"
echo "in-sync replicas that ZooKeeper keeps = $(in_sync "$down" | wc -l)"
echo "leader in the metadata = $described"
echo "the producer's error = $error"
echo "the last one in sync leads again = $(holds '((served == last))')"
echo "acknowledged = $(wc -l <"$folder/acknowledged")"
echo "consumed = $(wc -l <"$folder/consumed")"
echo "acknowledged messages lost = $(comm -23 "$folder/acknowledged" "$folder/consumed" | wc -l)"
