#!/bin/sh
# Answers all questions of perf/README.md and leaves a page for perf/results.
#
#   perf/run-all.sh [rows…]            rows of the tables; default 1000000 10000000. The last is taken where one will do
#
#   ROUNDS                             how many runs each peer has; default 3
#   TOPIC_ROWS                         records of the topic, and rows of the file, that are loaded; default 5000000
#   TABLE_ROWS                         rows of the database's table that is loaded; default 2000000
#   QUESTIONS                          which, and in which order
set -u

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
[ $# -gt 0 ] || set -- 1000000 10000000
for most in "$@"; do :; done
page=$root/perf/target/$(date -u +%Y-%m-%d-%H%M).md
mkdir -p "$root/perf/target"
failed=

cores=$(nproc)
memory=$(awk '/MemTotal/ { printf "%.0f", $2 / 1048576 }' /proc/meminfo)
model=$(awk -F': ' '/model name/ { print $2; exit }' /proc/cpuinfo)
commit=$(git -C "$root" rev-parse --short HEAD)
[ -z "$(git -C "$root" status --porcelain --untracked-files=no)" ] || commit="$commit, with changes"
jdk=$(ALLUVIUM_JAVA_OPTS=-XshowSettings:properties "$root/alluvium" version 2>&1 | sed -n 's/^ *java\.vm\.version = //p')
{
  printf '# The optimized table beside its peers\n\n| | |\n|---|---|\n'
  printf '| date | %s |\n' "$(date -u '+%Y-%m-%d %H:%M UTC')"
  printf '| commit | %s |\n' "$commit"
  printf '| machine | %s cores of %s, %s GiB |\n' "$cores" "$model" "$memory"
  printf '| JDK | %s |\n' "$jdk"
  printf '| command | `perf/run-all.sh %s`, %s rounds |\n\n' "$*" "${ROUNDS:-3}"
} >"$page"

ask() {
  begun=$(date +%s)
  load=$(cut -d' ' -f1 /proc/loadavg)
  "$root/perf/measure" "$@" >>"$page" || failed="$failed $1"
  printf '(%s: %s s, load average at the start %s)\n\n' "$1" "$(($(date +%s) - begun))" "$load" >>"$page"
}

for question in ${QUESTIONS:-lookups disturbed upserts json scan heap pause topic csv jdbc cdc append small restart}; do
  case $question in
    lookups | disturbed) ask "$question" "$@" ;;
    upserts | json) ask "$question" "$1" ;;
    topic | csv) ask "$question" "${TOPIC_ROWS:-5000000}" ;;
    jdbc) ask jdbc "${TABLE_ROWS:-2000000}" ;;
    cdc | append | small) ask "$question" ;;
    *) ask "$question" "$most" ;;
  esac
done

cat "$page"
echo "the page is $page" >&2
[ -z "$failed" ] || {
  echo "failed:$failed" >&2
  exit 1
}
