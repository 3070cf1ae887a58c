#!/bin/sh
# How long from the command to the first answered query? Starts the demo with an empty data directory, and again with
# the one that this left; says after how many milliseconds the service answered at all (/health/live), and after how
# many its table over a topic was read by SQL.
#
#   perf/start-up.sh [rounds]          the product must be built (./alluvium version builds it)
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
rounds=${1:-5}
url=http://127.0.0.1:18080
export ALLUVIUM_HTTP_PORT=18080 ALLUVIUM_KAFKA_EMBEDDED_PORT=19092

now() { date +%s%3N; }

await() {
  until eval "$1"; do
    kill -0 "$service" || exit 3
    [ $(($(now) - begun)) -lt 120000 ] || exit 3
    sleep 0.02
  done
  printf ' %6d' $(($(now) - begun))
}

answers() { curl -s -m 1 "$url/health/live" | grep -q '{'; }
asked() {
  curl -s -m 2 -H 'Content-Type: application/json' -d '{"sql":"SELECT COUNT(*) FROM orders"}' "$url/api/sql" |
    grep -q '"rows":\[\[[1-9]'
}

measure() {
  begun=$(now)
  "$root/alluvium" demo --data "$data" >"$data.log" 2>&1 &
  service=$!
  printf '%-8s' "$1"
  await answers
  await asked
  echo
  kill "$service"
  wait "$service" || true
}

echo "data      answers  query  (ms)"
round=0
while [ "$round" -lt "$rounds" ]; do
  data=$(mktemp -d)
  measure empty
  measure kept
  rm -rf "$data" "$data.log"
  round=$((round + 1))
done
