#!/usr/bin/env bash
# A partition's leader is killed: an in-sync replica leads, nothing acknowledged is lost, and the first one returns.
set -euo pipefail

brokers=kafka-1:29092,kafka-2:29092,kafka-3:29092
topic=orders-$RANDOM$RANDOM
log=$(mktemp)
trap 'docker compose up --detach --wait >/dev/null 2>&1; rm -f "$log"' EXIT

on() { docker compose exec -T "$@" </dev/null; }
state() { on "$tools" zookeeper-shell zookeeper:2181 get "/brokers/topics/$topic/partitions/0/state" 2>/dev/null | tail -1; }
number() { sed -nE "s/.*\"$1\":(-?[0-9]+).*/\1/p" <<<"$2"; }
in_sync() { sed -nE 's/.*"isr":\[([^]]*)\].*/\1/p' <<<"$1" | tr , '\n'; }
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
on "$tools" kafka-topics --bootstrap-server "$brokers" --create --topic "$topic" --partitions 1 --replication-factor 3 \
  --config min.insync.replicas=2
wait_for 'before=$(state); (($(in_sync "$before" | wc -l) == 3))'
first=$(number leader "$before")
assigned=$(on "$tools" zookeeper-shell zookeeper:2181 get "/brokers/topics/$topic" 2>/dev/null | sed -nE 's/.*"0":\[([0-9,]+)\].*/\1/p')
next=$(tr , '\n' <<<"$assigned" | grep -vx "$first" | head -1) # all are in sync
tools=kafka-$((first % 3 + 1)) # the tools run beside a broker that lives on
on "$tools" bash -c "kafka-verifiable-producer --bootstrap-server $brokers --topic $topic --acks -1 --throughput 50 \
  --max-messages 1500 --producer.config <(echo retries=1000000)" >"$log" 2>/dev/null &
producer=$!
wait_for '(($(acknowledged) >= 50))'

docker compose kill "kafka-$first"
killed=$SECONDS
wait_for 'after=$(state); second=$(number leader "$after"); ((second >= 0 && second != first))'
echo "another leader after about $((SECONDS - killed)) s"
docker compose start "kafka-$first"
wait_for 'back=$(state); (($(in_sync "$back" | wc -l) == 3))'

# Every five minutes the controller does this by itself: auto.leader.rebalance.enable. Who cannot wait asks it to.
on "$tools" kafka-leader-election --bootstrap-server "$brokers" --election-type preferred --topic "$topic" --partition 0
wait_for 'returned=$(state); (($(number leader "$returned") == first))'
wait "$producer"

# A consumer that gave up early would look like loss: the last message must be among what it read.
consumed=$(on "$tools" kafka-console-consumer --bootstrap-server "$brokers" --topic "$topic" --partition 0 \
  --offset earliest --timeout-ms 20000 2>/dev/null | sort -u || true)
grep -qx 1499 <<<"$consumed" || { echo "the consumer gave up before the end" >&2; exit 1; }
lost=$(comm -23 <(sed -nE 's/.*producer_send_success.*"value":"([0-9]+)".*/\1/p' "$log" | sort) <(echo "$consumed") | wc -l)

echo "in-sync replicas before = $(in_sync "$before" | wc -l)"
echo "in-sync replicas without the leader = $(in_sync "$after" | wc -l)"
echo "the next replica in sync leads = $(holds '((second == next))')"
echo "leader_epoch rose = $(holds '(($(number leader_epoch "$after") > $(number leader_epoch "$before")))')"
echo "the first leader is back as a follower = $(holds '(($(number leader "$back") == second))')"
echo "preferred election: the first leads again = $(holds '(($(number leader "$returned") == first))')"
echo "preferred election: leader_epoch rose = $(holds '(($(number leader_epoch "$returned") > $(number leader_epoch "$back")))')"
echo "acknowledged messages lost = $lost"
