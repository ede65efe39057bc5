#!/usr/bin/env bash
# A fourth broker joins under load, partitions move onto it and off it again, and nothing is lost.
set -euo pipefail

topic=orders-$RANDOM$RANDOM
work=$(mktemp -d)
new=4

kafka() { docker compose exec -T kafka-1 "$@"; }
topics() { kafka kafka-topics --bootstrap-server kafka-1:29092 "$@" < /dev/null; }
brokers() { docker compose exec -T kafka-1 zookeeper-shell zookeeper:2181 ls /brokers/ids < /dev/null 2> /dev/null |
  tail -1 | tr -cd '0-9\n' | awk '{ print length }'; }
finish() {
  docker compose --profile expansion rm --stop --force kafka-4 > /dev/null 2>&1
  rm -r "$work"
}
trap finish EXIT

# One line a partition: its number, leader, replicas, replicas in sync.
describe() {
  topics --describe --topic "$topic" |
    sed -nE 's/.*Partition: ([0-9]+)\tLeader: ([0-9]+)\tReplicas: ([0-9,]+)\tIsr: ([0-9,]+).*/\1 \2 \3 \4/p'
}
replicas() { awk -v new=$new '{ n += split($3, held, ","); for (i in held) on += held[i] == new } END { print on + 0 }'; }
leads() { awk -v new=$new '$2 == new' | wc -l; }

# Numbered messages, 200 a second, until it is sent a line; one line for each that is acknowledged or given up.
load() {
  kafka bash -c "kafka-verifiable-producer --bootstrap-server kafka-1:29092 --topic $topic --throughput 200 --acks -1 \
    --producer.config <(echo retries=2147483647) & read -r; kill \$!; wait" > "$work/load" 2> "$work/errors" || true
  touch "$work/ended"
}

# Moves the partitions as planned on standard input, and waits until each is led and held in sync so.
reassign() {
  awk -v topic="$topic" 'BEGIN { printf "{\"version\":1,\"partitions\":[" }
    { printf "%s{\"topic\":\"%s\",\"partition\":%s,\"replicas\":[%s]}", (NR > 1 ? "," : ""), topic, $1, $3 }
    END { print "]}" }' | tee "$work/plan.json" |
    kafka kafka-reassign-partitions --bootstrap-server kafka-1:29092 --reassignment-json-file /dev/stdin --execute > /dev/null
  for _ in {1..20}; do
    if kafka kafka-reassign-partitions --bootstrap-server kafka-1:29092 --reassignment-json-file /dev/stdin \
      --verify < "$work/plan.json" | grep -q 'is still in progress'; then continue; fi
    return
  done
  echo "the reassignment is not done" >&2
  exit 1
}

topics --create --topic "$topic" --partitions 8 --replication-factor 3 > /dev/null
describe > "$work/before"
echo "brokers = $(brokers)"

exec {stop}> >(load)
docker compose --profile expansion up --detach --wait --no-deps kafka-4 2> /dev/null
echo "brokers when one has joined = $(brokers)"
echo "replicas on it when it has joined = $(describe | replicas)"

# A fair share: in three of four partitions it takes one broker's place, each time another's, and where that is the
# first it leads the partition.
awk -v new=$new '{ split($3, held, ","); if ($1 % 4 < 3) held[$1 % 4 + 1] = new
  print $1, $2, held[1] "," held[2] "," held[3] }' "$work/before" | reassign
describe > "$work/after"
echo "replicas on it after the reassignment = $(replicas < "$work/after")"
echo "partitions that it leads = $(leads < "$work/after")"

reassign < "$work/before"
echo "partitions that it leads when they are moved back = $(describe | leads)"
docker compose --profile expansion rm --stop --force kafka-4 > /dev/null 2>&1

echo >&"$stop"
for _ in {1..600}; do [ -e "$work/ended" ] && break; sleep 0.1; done
numbers() { sed -nE 's/.*"name":"producer_send_'"$1"'".*"value":"([0-9]+)".*/\1/p' "$work/load"; }
echo "given up by the producer = $(numbers error | wc -l)"
kafka kafka-console-consumer --bootstrap-server kafka-1:29092 --topic "$topic" --from-beginning --timeout-ms 10000 \
  < /dev/null 2> /dev/null | sort > "$work/delivered"
echo "acknowledged and lost = $(numbers success | sort | comm -23 - "$work/delivered" | wc -l)"
echo "$(numbers success | wc -l) messages"
[ "$(numbers success | wc -l)" -gt 0 ]
