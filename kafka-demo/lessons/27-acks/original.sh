#!/usr/bin/env bash
# What acks=0, 1 and all are worth when a follower stalls and the leader is killed: acknowledged, delivered, lost and
# duplicated, counted.
set -euo pipefail

brokers=kafka-1:29092,kafka-2:29092,kafka-3:29092
run=$RANDOM$RANDOM
settings=("0 false" "1 false" "-1 false" "-1 true") # acks and enable.idempotence; -1 means all
folder=$(mktemp -d)
trap '{ docker rm --force "$tools"; docker compose kill --signal CONT || true; docker compose up --detach --wait; } >/dev/null 2>&1
  rm -r "$folder"' EXIT

# All brokers will be frozen or killed: the tools run in a container of their own.
tools=$(docker compose run --detach --rm --no-deps --entrypoint sleep kafka-1 600 2>/dev/null)
tool() { docker exec "$tools" bash -c "$1" 2>"${errors:-/dev/null}"; }
topic() { echo "acks${1/ /-}-$run"; }
states() {
  local paths
  paths=$(for setting in "${settings[@]}"; do echo "get /brokers/topics/$(topic "$setting")/partitions/0/state"; done)
  tool "zookeeper-shell zookeeper:2181 <<<'$paths'" | grep leader_epoch || true
}
in_sync() { states | grep -cE '"isr":\[[0-9]+,[0-9]+,[0-9]+\]' || true; }
led() { states | grep -cE '"leader":[23]' || true; }
acknowledged() { grep -c producer_send_success "$folder/$(topic "$1")" || true; }
wait_for() {
  local end=$((SECONDS + 90))
  until eval "$1"; do
    ((SECONDS < end)) || { echo "not within 90 s: $1" >&2; exit 1; }
    sleep 0.1
  done
}
each_acknowledges() {
  local setting before
  for setting in "${settings[@]}"; do
    before=$(acknowledged "$setting")
    wait_for "((\$(acknowledged '$setting') >= $((before + $1))))"
  done
}
produce() {
  tool "kafka-verifiable-producer --bootstrap-server $brokers --topic $(topic "$1") --acks ${1% *} --throughput 50 \
    --max-messages $2 --producer.config <(printf '%s\n' retries=1000000 request.timeout.ms=1000 \
      enable.idempotence=${1#* })"
}

tool "$(for setting in "${settings[@]}"; do
  echo "kafka-topics --bootstrap-server $brokers --create --topic $(topic "$setting") --replica-assignment 1:2:3 \
    --config min.insync.replicas=2;"
done)"
wait_for '(($(in_sync) == 4))'
for setting in "${settings[@]}"; do
  produce "$setting" 1500 >"$folder/$(topic "$setting")" &
done
leader=$(docker compose ps --quiet kafka-1) followers=$(docker compose ps --quiet kafka-2 kafka-3)
each_acknowledges 50

# In sync while its session lives, it keeps the leader from acknowledging what the leader has: for longer than the
# producers wait, who send it again.
stalled=${followers%%$'\n'*}
docker kill --signal STOP "$stalled" >/dev/null
sleep 2
docker kill --signal CONT "$stalled" >/dev/null
# One after the other: meanwhile its session recovers, which may have lost ZooKeeper.
each_acknowledges 50
wait_for '(($(in_sync) == 4))'

# Followers fetch within milliseconds, so that a kill alone may hit when they lack nothing. Frozen for a moment, though
# not for as long as their session, they are in sync by name and lack what comes now.
docker kill --signal STOP $followers >/dev/null
one=$(acknowledged "0 false") other=$(acknowledged "1 false")
wait_for '(($(acknowledged "0 false") >= one + 20 && $(acknowledged "1 false") >= other + 20))'
docker kill "$leader" >/dev/null
docker kill --signal CONT $followers >/dev/null
wait_for '(($(led) == 4))'
docker compose start kafka-1
wait # for the producers
wait_for '(($(in_sync) == 4))'

declare -A lost duplicated
echo "acks idempotence produced acknowledged delivered lost duplicated"
for setting in "${settings[@]}"; do
  tool "kafka-console-consumer --bootstrap-server $brokers --topic $(topic "$setting") --partition 0 \
    --offset earliest --timeout-ms 20000" | sort >"$folder/$(topic "$setting")-consumed" &
done
wait
for setting in "${settings[@]}"; do
  log=$folder/$(topic "$setting")
  # A consumer that gave up early would look like loss: the last message must be among what it read.
  grep -qx 1499 "$log-consumed" || { echo "the consumer gave up before the end" >&2; exit 1; }
  sed -nE 's/.*producer_send_success.*"value":"([0-9]+)".*/\1/p' "$log" | sort >"$log-acknowledged"
  lost[$setting]=$(comm -23 "$log-acknowledged" <(uniq "$log-consumed") | wc -l)
  duplicated[$setting]=$(($(wc -l <"$log-consumed") - $(uniq "$log-consumed" | wc -l)))
  echo "$setting 1500 $(wc -l <"$log-acknowledged") $(uniq "$log-consumed" | wc -l) ${lost[$setting]} ${duplicated[$setting]}"
done
errors=$folder/errors
contradiction=$(
  if produce "1 true" 1 >/dev/null; then
    echo accepted
  elif grep -q ConfigException "$errors"; then
    echo refused
  else
    cat "$errors" >&2
    exit 1
  fi
)

echo "acks=0 lost messages = $( ((${lost["0 false"]} > 0)) && echo true || echo false)"
echo "acks=1 lost messages = $( ((${lost["1 false"]} > 0)) && echo true || echo false)"
echo "acks=all lost = ${lost["-1 false"]}"
echo "acks=all with idempotence lost = ${lost["-1 true"]}"
echo "acks=all without idempotence duplicated messages = $( ((${duplicated["-1 false"]} > 0)) && echo true || echo false)"
echo "acks=all with idempotence duplicated = ${duplicated["-1 true"]}"
echo "acks=1 with idempotence = $contradiction"
