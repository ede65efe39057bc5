#!/usr/bin/env bash
# The controller is killed: its ephemeral node in ZooKeeper goes with its session, and another broker takes its place.
set -euo pipefail

brokers=kafka-1:29092,kafka-2:29092,kafka-3:29092
topic=orders-$RANDOM$RANDOM
log=$(mktemp)
trap 'docker compose up --detach --wait >/dev/null 2>&1; rm -f "$log"' EXIT

on() { docker compose exec -T "$@" </dev/null; }
zookeeper() { on "$tools" zookeeper-shell zookeeper:2181 "$@" 2>/dev/null || true; }
controller() { zookeeper get /controller | sed -nE 's/.*"brokerid":([0-9]+).*/\1/p'; }
epoch() { zookeeper get /controller_epoch | tail -1; }
count_brokers() { zookeeper ls /brokers/ids | tail -1 | grep -o '[0-9]\+' | wc -l; }
in_sync() {
  zookeeper get "/brokers/topics/$topic/partitions/0/state" | sed -nE 's/.*"isr":\[([^]]*)\].*/\1/p' | tr , '\n' | wc -l
}
acknowledged() { grep -c producer_send_success "$log" || true; }
wait_for() {
  local end=$((SECONDS + 90))
  until eval "$1"; do
    ((SECONDS < end)) || { echo "not within 90 s: $1" >&2; exit 1; }
    sleep 0.1
  done
}

tools=kafka-1
first=$(controller)
tools=kafka-$((first % 3 + 1)) # the tools run beside a broker that lives on
for path in /controller /controller_epoch; do
  owner=$(zookeeper stat "$path" | sed -n 's/^ephemeralOwner = //p')
  echo "$path is ephemeral = $([[ $owner == 0x0 ]] && echo false || echo true)"
done

on "$tools" kafka-topics --bootstrap-server "$brokers" --create --topic "$topic" --partitions 1 --replication-factor 3
epoch_before=$(epoch) brokers_before=$(count_brokers)
on "$tools" bash -c "kafka-verifiable-producer --bootstrap-server $brokers --topic $topic --acks -1 --throughput 50 \
  --max-messages 1500 --producer.config <(echo retries=1000000)" >"$log" 2>/dev/null &
producer=$!
wait_for '(($(acknowledged) >= 50))'

docker compose kill "kafka-$first"
killed=$SECONDS
wait_for 'second=$(controller); [[ -n $second && $second != "$first" ]]'
echo "another controller after about $((SECONDS - killed)) s"
epoch_after=$(epoch) brokers_after=$(count_brokers)
docker compose start "kafka-$first"
wait_for '(($(count_brokers) == brokers_before && $(in_sync) == 3))'
third=$(controller)
wait "$producer"

# A consumer that gave up early would look like loss: the last message must be among what it read.
consumed=$(on "$tools" kafka-console-consumer --bootstrap-server "$brokers" --topic "$topic" --partition 0 \
  --offset earliest --timeout-ms 20000 2>/dev/null | sort -u || true)
grep -qx 1499 <<<"$consumed" || { echo "the consumer gave up before the end" >&2; exit 1; }
lost=$(comm -23 <(sed -nE 's/.*producer_send_success.*"value":"([0-9]+)".*/\1/p' "$log" | sort) <(echo "$consumed") | wc -l)

echo "brokers before = $brokers_before"
echo "brokers without it = $brokers_after"
echo "another broker is the controller = $([[ $second != "$first" ]] && echo true || echo false)"
echo "the controller epoch rose by = $((epoch_after - epoch_before))"
echo "the first is the controller again once it is back = $([[ $third == "$first" ]] && echo true || echo false)"
echo "acknowledged messages lost = $lost"
