#!/usr/bin/env bash
# Only a replica outside the ISR is left: with unclean election it leads and messages are lost, without it nobody leads.
set -euo pipefail

brokers=kafka-1:29092,kafka-2:29092,kafka-3:29092
unclean=unclean-$RANDOM$RANDOM
clean=clean-$RANDOM$RANDOM
setting=unclean.leader.election.enable
folder=$(mktemp -d)
trap 'docker compose up --detach --wait >/dev/null 2>&1; rm -r "$folder"' EXIT

on() { docker compose exec -T "$@" </dev/null; }
state() { on kafka-3 zookeeper-shell zookeeper:2181 get "/brokers/topics/$1/partitions/0/state" 2>/dev/null | tail -1; }
leader() { state "$1" | sed -nE 's/.*"leader":(-?[0-9]+).*/\1/p'; }
in_sync() { state "$1" | sed -nE 's/.*"isr":\[([^]]*)\].*/\1/p' | tr , '\n' | wc -l; }
wait_for() {
  local end=$((SECONDS + 90))
  until eval "$1"; do
    ((SECONDS < end)) || { echo "not within 90 s: $1" >&2; exit 1; }
    sleep 0.1
  done
}
holds() { if eval "$1"; then echo true; else echo false; fi; }

# produce TOPIC FIRST COUNT: the numbers from FIRST on; those that are acknowledged go to a file.
produce() {
  on kafka-3 bash -c "kafka-verifiable-producer --bootstrap-server $brokers --topic $1 --acks -1 --max-messages $3 \
    --value-prefix $2 --producer.config <(echo retries=1000000)" 2>/dev/null |
    sed -nE 's/.*producer_send_success.*"value":"([0-9]+)\.([0-9]+)".*/\1 \2/p' |
    awk '{ print $1 + $2 }' >>"$folder/$1-acknowledged"
}
# A consumer that gave up early would look like loss: the last message must be among what it read.
consume() {
  { on kafka-3 kafka-console-consumer --bootstrap-server "$brokers" --topic "$1" --partition 0 --offset earliest \
    --timeout-ms 20000 2>/dev/null || true; } | awk -F. '{ print $1 + $2 }' >"$folder/$1-consumed"
  grep -qx "$(tail -1 "$folder/$1-acknowledged")" "$folder/$1-consumed" || { echo "the consumer gave up before the end" >&2; exit 1; }
}
ranges() {
  awk 'NR == 1 { first = last = $1; next }
    $1 == last + 1 { last = $1; next }
    { printf "%s, ", first == last ? first : first "-" last; first = last = $1 }
    END { print NR == 0 ? "none" : first == last ? first : first "-" last }'
}

# Broker 1 leads, broker 2 follows, broker 3 lives on.
for topic in "$unclean" "$clean"; do
  on kafka-3 kafka-topics --bootstrap-server "$brokers" --create --topic "$topic" --replica-assignment 1:2 \
    --config min.insync.replicas=1 --config "$setting=$([[ $topic == "$unclean" ]] && echo true || echo false)"
done
wait_for '[[ $(in_sync "$unclean") == 2 && $(in_sync "$clean") == 2 ]]'
produce "$unclean" 0 100
produce "$clean" 0 100

docker compose stop kafka-2
wait_for '[[ $(in_sync "$unclean") == 1 && $(in_sync "$clean") == 1 ]]'
alone=$(in_sync "$unclean")
# acks=all means all that are in sync: the leader alone.
produce "$unclean" 100 50
produce "$clean" 100 50

docker compose kill kafka-1
wait_for '[[ $(leader "$unclean") == -1 && $(leader "$clean") == -1 ]]'
docker compose start kafka-2
wait_for 'other=$(leader "$unclean"); [[ $other =~ ^[0-9]+$ ]]'
produce "$unclean" 150 10
wait_for 'nobody=$(leader "$clean"); [[ -n $nobody ]]'

docker compose start kafka-1
wait_for 'first=$(leader "$clean"); [[ $first =~ ^[0-9]+$ ]]'
wait_for '[[ $(in_sync "$unclean") == 2 && $(in_sync "$clean") == 2 ]]'

echo "in-sync replicas once the follower is stopped = $alone"
echo "$setting=true: the follower leads = $(holds '[[ $other == 2 ]]')"
echo "$setting=false: nobody leads = $(holds '[[ $nobody == -1 ]]')"
echo "$setting=false: the first leads once it is back = $(holds '[[ $first == 1 ]]')"
for topic in "$unclean" "$clean"; do
  consume "$topic"
  lost=$(comm -23 <(sort "$folder/$topic-acknowledged") <(sort -u "$folder/$topic-consumed") | sort -n)
  name="$setting=$([[ $topic == "$unclean" ]] && echo true || echo false)"
  echo "$name: acknowledged = $(wc -l <"$folder/$topic-acknowledged")"
  echo "$name: consumed = $(sort -u "$folder/$topic-consumed" | wc -l)"
  echo "$name: lost = $(grep -c . <<<"$lost" || true)"
  echo "$name: which = $(grep . <<<"$lost" | ranges)"
done
