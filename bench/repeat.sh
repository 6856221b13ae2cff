#!/bin/sh
# SPDX-License-Identifier: MIT
# Measures the ratios of a suite several times and shows how well they repeat.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
build=$root/build
runs=5

usage() {
  cat <<END
Usage: bench/repeat.sh [RUNS] [OPTION of lerp-bench]...

Measures suite "headline" RUNS times (default 5), one after the other, with the release build in build/,
which is made where it is missing. Each run has a store of its own, build/repeat-1.sqlite and so on. Prints
for each ratio the median of each run and their spread: the largest over the smallest, less 1.

Options are handed to lerp-bench, among them:
  --suite NAME|FILE.json   another suite with targets

Exit status: 0 done, that of lerp-bench where a run failed, 1 when installing or building failed.
END
}

case ${1:-} in
-h | --help)
  usage
  exit 0
  ;;
[1-9]*)
  runs=$1
  shift
  ;;
esac

"$root/bench/install.sh" sqlite3
[ -x "$build/bench/lerp-bench" ] || "$root/bench/build.sh" "$build" release disabled
ratios=$(mktemp)
trap 'rm -f "$ratios"' EXIT
i=0
while [ $i -lt "$runs" ]; do
  i=$((i + 1))
  store=$build/repeat-$i.sqlite
  rm -f "$store"
  "$build/bench/lerp-bench" --suite headline "$@" --quiet --store "$store"
  sqlite3 -separator '	' "$store" \
    "SELECT name || ', ' || part, coalesce(ratio, '-') FROM target ORDER BY id" >>"$ratios"
done

awk -F '	' '
  !($1 in values) { order[++count] = $1 }
  { values[$1] = values[$1] ($2 == "-" ? sprintf(" %8s", "-") : sprintf(" %8.3g", $2)) }
  $2 != "-" {
    if (!($1 in least) || $2 < least[$1]) least[$1] = $2
    if (!($1 in most) || $2 > most[$1]) most[$1] = $2
  }
  END {
    for (i = 1; i <= count; i++) {
      name = order[i]
      spread = name in least ? sprintf("%5.1f %%", 100 * (most[name] / least[name] - 1)) : "not measured"
      printf "%-48s%s   %s\n", name, values[name], spread
    }
  }' "$ratios"
