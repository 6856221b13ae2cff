#!/bin/sh
# SPDX-License-Identifier: MIT
# Stores and suites that are broken, of something else, or cannot be written: a clear message, exit status 2, and nothing
# lost. What one fault does to lerp-bench it does to lerp-report.
# shellcheck source-path=SCRIPTDIR source=support.sh
. "$(dirname "$0")/support.sh"
if ! command -v sqlite3 >"$work/value"; then
  echo '1..0 # SKIP sqlite3 is not installed'
  exit 0
fi

small() { # STORE [OPTION]...
  file=$1
  shift
  run timeout 100 "$LERP_BENCH" --quiet --store "$file" --problem quadratic:n=16 --method eg+,rapp,popov "$@"
}
samples() {
  sqlite3 "$1" 'SELECT count(*) FROM sample'
}
all_refuse() { # LABEL REGEX STORE
  cp "$3" "$work/before"
  refuses "$1: lerp-bench" "$2" "$LERP_BENCH" --store "$3" --problem quadratic:n=16 --method eg+
  refuses "$1: lerp-bench --resume" "$2" "$LERP_BENCH" --store "$3" --resume --problem quadratic:n=16 --method eg+
  refuses "$1: lerp-report merge from it" "$2" "$LERP_REPORT" merge "$work/merged.sqlite" "$3"
  refuses "$1: lerp-report merge into it" "$2" "$LERP_REPORT" merge "$3" "$work/whole.sqlite"
  refuses "$1: lerp-report export" "$2" "$LERP_REPORT" export --format csv "$3"
  cmp -s "$3" "$work/before"
  report "$1: and it stays as it was" $?
}

small "$work/whole.sqlite"
exits 'a store' 0
whole=$(samples "$work/whole.sqlite")

echo 'SELECT 1;' >"$work/text.sqlite"
all_refuse 'a text' "text.sqlite' is not a lerp store: it is no SQLite database" "$work/text.sqlite"
sqlite3 "$work/foreign.sqlite" 'CREATE TABLE sample(name)'
all_refuse 'a database of another program' "foreign.sqlite' is not a lerp store: it is a database of another" \
  "$work/foreign.sqlite"
cp "$work/whole.sqlite" "$work/newer.sqlite"
sqlite3 "$work/newer.sqlite" "UPDATE meta SET value = 99 WHERE key = 'schema'"
all_refuse 'a store of a newer schema' 'has store schema 99, this version of lerp reads and writes schema [0-9]' \
  "$work/newer.sqlite"
head -c 20000 "$work/whole.sqlite" >"$work/cut.sqlite"
all_refuse 'a store that was cut off' "cut.sqlite'.*(malformed|not a database)" "$work/cut.sqlite"

# Merging takes a store whole or not at all.
run "$LERP_REPORT" merge "$work/merged.sqlite" "$work/whole.sqlite"
exits 'merge' 0
refuses 'to merge one of another schema' 'schema 99' "$LERP_REPORT" merge "$work/merged.sqlite" "$work/whole.sqlite" \
  "$work/newer.sqlite"
is 'and adds nothing then' "$(samples "$work/merged.sqlite")" "$whole"
refuses 'to merge a store with itself' 'is the store that the others are added to' "$LERP_REPORT" merge \
  "$work/merged.sqlite" "$work/merged.sqlite"
refuses 'to merge nothing' 'OUT and at least one STORE' "$LERP_REPORT" merge "$work/merged.sqlite"

# The parts of a sweep are the sweep.
facts='SELECT name, repetition, block, process, role, arm, outcome, iterations, evaluations, residual, result, hits
       FROM sample ORDER BY name, repetition'
for part in 1 2 3; do
  small "$work/part-$part.sqlite" --problem polar --repetitions 2 --shard $part/3
done
small "$work/sweep.sqlite" --problem polar --repetitions 2
run "$LERP_REPORT" merge "$work/parts.sqlite" "$work/part-1.sqlite" "$work/part-2.sqlite" "$work/part-3.sqlite"
shows 'merge says how many' '^12 samples were added to .*parts.sqlite$'
is 'three shards are the whole' "$(sqlite3 "$work/parts.sqlite" "$facts")" "$(sqlite3 "$work/sweep.sqlite" "$facts")"
points='SELECT name, iteration, x, y FROM trajectory JOIN sample ON id = sample ORDER BY name, iteration'
is 'with their trajectories' "$(sqlite3 "$work/parts.sqlite" "$points")" "$(sqlite3 "$work/sweep.sqlite" "$points")"
run "$LERP_REPORT" merge "$work/parts.sqlite" "$work/part-2.sqlite"
shows 'what is there stays' '^0 samples were added to .*, 4 were there already$'
run "$LERP_REPORT" merge "$work/parts.sqlite" "$work/sweep.sqlite"
is 'another run of the same is kept' "$(sqlite3 "$work/parts.sqlite" \
  'SELECT group_concat(DISTINCT n || ":" || last) FROM
   (SELECT count(*) AS n, max(repetition) AS last FROM sample GROUP BY name)')" 4:3

# No room, and no place.
small "$work/absent/a.sqlite"
says 'a folder that is not there' "cannot open the store '.*absent/a.sqlite'"
exits 'is an error' 2
if [ -d /proc/self ]; then
  small /proc/self/a.sqlite
  says 'a folder where nothing can be made' "cannot open the store '/proc/self/a.sqlite'"
  exits 'is an error' 2
fi
cp "$work/whole.sqlite" "$work/full.sqlite"
blocks=$(($(wc -c <"$work/full.sqlite") / 512))
command='lerp-bench with a limit of file sizes'
status=0
(
  # shellcheck disable=SC3045 # of every shell in use
  ulimit -f $((blocks + 24))
  exec timeout 100 "$LERP_BENCH" --quiet --store "$work/full.sqlite" --problem quadratic:n=16 --method eg+ \
    --repetitions 40
) >"$work/out" 2>"$work/err" || status=$?
exits 'no room for more' 2
says 'is said, with what is kept' 'full.sqlite.*; the [0-9]+ samples before are kept'
kept=$(sed -n 's/.*the \([0-9]*\) samples before.*/\1/p' "$work/err")
is 'and true' "$(samples "$work/full.sqlite")" "$((whole + kept))"
is 'the store is sound' "$(sqlite3 "$work/full.sqlite" 'PRAGMA integrity_check')" ok
small "$work/full.sqlite" --method eg+ --repetitions 3
exits 'and goes on where there is room' 0

# Two writers.
"$LERP_BENCH" --quiet --store "$work/two.sqlite" --problem quadratic:n=16 --method eg+,rapp --repetitions 4 --resume \
  >"$work/value" 2>&1 &
small "$work/two.sqlite" --repetitions 4 --resume
exits 'one of two writers' 0
status=0
wait $! || status=$?
exits 'and the other one' 0
is 'together they have every sample once' "$(sqlite3 "$work/two.sqlite" \
  'SELECT count(*), count(DISTINCT name || repetition) FROM sample')" '12|12'

# A process that dies costs its sample, whatever the samples are for.
dies() { # LABEL SAMPLES ARGUMENT...
  label=$1
  expected=$2
  shift 2
  rm -f "$work/dead.sqlite"
  "$LERP_BENCH" --quiet --store "$work/dead.sqlite" "$@" >"$work/out" 2>"$work/err" &
  parent=$!
  until [ -s "$work/dead.sqlite-wal" ] || ! kill -0 $parent 2>"$work/value"; do
    sleep 0.05
  done
  worker=$(awk -v parent=$parent '$4 == parent { print $1 }' /proc/[0-9]*/stat 2>"$work/value")
  kill -s SEGV "$worker"
  command="lerp-bench $* whose process was killed"
  status=0
  wait $parent || status=$?
  exits "$label: some samples failed" 3
  says 'and why' 'the process that measured it was killed by signal 11'
  is 'one of them' "$(samples "$work/dead.sqlite")" "$expected"
}
cat >"$work/suite.json" <<'END'
{"schema": 1, "name": "claims", "claims": [
 {"id": "a", "claim": "b", "source": "c", "guaranteed": false, "kind": "converges",
  "problems": ["quadratic:n=20000:rho=-0.9..-0.5..0.01"], "methods": ["rapp"]}]}
END
dies 'a sweep' 19 --problem quadratic:n=1024:rho=-0.9 --method rapp --repetitions 20
dies 'claims' 40 --suite "$work/suite.json"

# Logs of SQLite. Readers do not wait for who writes, and are told where the log of one that was killed is missing.
"$LERP_BENCH" --quiet --store "$work/busy.sqlite" --problem quadratic:n=1024:rho=-0.9 --method rapp --repetitions 60 \
  >"$work/out" 2>"$work/err" &
writer=$!
until [ -s "$work/busy.sqlite-wal" ] || ! kill -0 $writer 2>"$work/value"; do
  sleep 0.05
done
until [ "$(samples "$work/busy.sqlite")" -gt 1 ] || ! kill -0 $writer 2>"$work/value"; do
  sleep 0.05
done
run timeout 10 "$LERP_REPORT" export "$work/busy.sqlite" --format csv
exits 'a store that is being written is read' 0
silent 'as it is at the moment'
kill -s KILL $writer
wait $writer 2>"$work/value" || status=$?
cp "$work/busy.sqlite" "$work/alone.sqlite"
run "$LERP_REPORT" export "$work/alone.sqlite" --format csv
says 'a store of a killed run without its log' "alone.sqlite': samples may be missing: .*alone.sqlite-wal'"
small "$work/alone.sqlite" --resume
says 'is told to who writes' 'samples may be missing'
exits 'and goes on' 0
run "$LERP_REPORT" export "$work/alone.sqlite" --format csv
silent 'then it is whole'
run "$LERP_REPORT" merge "$work/both.sqlite" "$work/busy.sqlite"
silent 'with its log nothing is missing'
[ "$(samples "$work/both.sqlite")" -gt 1 ] && ! [ -e "$work/both.sqlite-wal" ]
report 'and the merged store is one plain file' $?

# Where nothing can be written: a plain file is read, one that wants a log without it too, and one with it says what to do.
mkdir "$work/sealed"
cp "$work/whole.sqlite" "$work/sealed/plain.sqlite"
cp "$work/whole.sqlite" "$work/sealed/alone.sqlite"
sqlite3 "$work/sealed/alone.sqlite" 'PRAGMA journal_mode = WAL' >"$work/value"
cp "$work/busy.sqlite" "$work/busy.sqlite-wal" "$work/sealed/"
if [ "$(id -u)" -ne 0 ]; then
  chmod a-w "$work/sealed"
  sealed() { run "$@"; }
else
  sealed() {
    # shellcheck disable=SC2016 # for that shell
    run unshare -m sh -c 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"' "$work/sealed" "$@"
  }
fi
sealed true
if [ "$status" -eq 0 ]; then
  sealed "$LERP_REPORT" export "$work/sealed/plain.sqlite" --format csv
  exits 'a store where nothing can be written' 0
  silent 'is read'
  sealed "$LERP_REPORT" export "$work/sealed/alone.sqlite" --format csv
  exits 'so is one without its log' 0
  says 'with a warning' 'samples may be missing'
  sealed "$LERP_REPORT" merge "$work/from.sqlite" "$work/sealed/alone.sqlite"
  exits 'which can be merged, too' 0
  sealed "$LERP_REPORT" export "$work/sealed/busy.sqlite" --format csv
  exits 'with its log it cannot' 2
  says 'which says what to do' "its log '.*busy.sqlite-wal'.*: copy both"
  sealed "$LERP_BENCH" --quiet --store "$work/sealed/plain.sqlite" --problem polar --method eg+
  exits 'nor can it be written' 2
  says 'which is said' "cannot write .*sealed/plain.sqlite"
else
  echo '# nothing here is sealed: no right to mount'
fi
chmod u+w "$work/sealed"

# On disks that other machines see there is no log, and readers get their turn.
LERP_TEST_FAULT=network "$GATE_BENCH" --quiet --store "$work/network.sqlite" --problem quadratic:n=1024:rho=-0.9 \
  --method rapp --repetitions 60 >"$work/out" 2>"$work/err" &
writer=$!
until run timeout 10 "$LERP_REPORT" export "$work/network.sqlite" --format csv -o "$work/network.csv" &&
  [ "$status" -eq 0 ]; do
  kill -0 $writer 2>"$work/value" || break
done
exits 'a store on a disk of the network is read while it is written' 0
! [ -e "$work/network.sqlite-wal" ]
report 'without a log' $?
kill -s INT $writer
status=0
wait $writer || status=$?
exits 'and its writer can be interrupted' 130

# Suites.
suite() { # LABEL REGEX, the text on standard input
  cat >"$work/suite.json"
  refuses "$1" "suite.json:$2" "$LERP_BENCH" --store "$work/none.sqlite" --suite "$work/suite.json"
}
suite 'a suite that was cut off' '2: ' <<'END'
{"schema": 1, "name": "cut",
 "families": [{"family": "so
END
suite 'an unknown key of a suite' '2: unknown key "repetition"; allowed here: .* repetitions' <<'END'
{"schema": 1, "name": "keys",
 "repetition": 3, "families": [{"family": "solve", "problems": ["polar"], "methods": ["eg+"]}]}
END
suite 'an unknown key of a family' '3: unknown key "method"' <<'END'
{"schema": 1, "name": "keys",
 "families": [{"family": "solve", "problems": ["polar"],
               "method": ["eg+"]}]}
END
suite 'an unknown problem of a suite' "3: unknown problem 'pollar': did you mean 'polar'" <<'END'
{"schema": 1, "name": "names",
 "families": [{"family": "solve",
   "problems": ["pollar"], "methods": ["eg+"]}]}
END
suite 'an unknown method of a suite' "4: unknown method 'rap': did you mean 'rapp'" <<'END'
{"schema": 1, "name": "names", "families": [
  {"family": "solve", "problems": ["polar"], "methods": ["eg+"]},
  {"family": "solve", "problems": ["polar"],
   "methods": ["rap"]}]}
END
suite 'a parameter out of its range' '2: rapp: inner=0' <<'END'
{"schema": 1, "name": "range", "families": [{"family": "solve", "problems": ["polar"],
  "methods": ["rapp:inner=0"]}]}
END
suite 'a precision that is none' '1: "precision" must be a number of at least 0' <<'END'
{"schema": 1, "name": "p", "precision": "2 %", "families": [{"family": "solve", "problems": ["polar"], "methods": ["eg+"]}]}
END
suite 'a suite of a newer schema' '1: suites of schema 1 are understood' <<'END'
{"schema": 2, "name": "new", "families": []}
END
suite 'a claim on an unknown problem' "2: unknown problem 'pollar'" <<'END'
{"schema": 1, "name": "claims", "claims": [
 {"id": "a", "claim": "b", "source": "c", "guaranteed": false, "kind": "converges", "problems": ["pollar"],
  "methods": ["eg+"]}]}
END
finish
