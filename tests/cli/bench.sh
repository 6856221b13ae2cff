#!/bin/sh
# SPDX-License-Identifier: MIT
# The command line of lerp-bench: what it selects, what it stores, how it fails.
# shellcheck source-path=SCRIPTDIR source=support.sh
. "$(dirname "$0")/support.sh"
store=$work/results.sqlite

bench() {
  run "$LERP_BENCH" "$@"
}

small() { # four short cases
  bench --problem quadratic:n=64:rho=-0.1,-0.3 --method rapp --method eg+ --store "$store" "$@"
}

# What it selects.
small --dry-run
exits '--dry-run' 0
is '--dry-run prints the samples' "$(wc -l <"$work/out")" 4
shows 'names give problem, parameters, method and threads' '^solve/quadratic/rho:-0\.3/n:64/rapp/threads:1$'
! [ -e "$store" ]
report 'and writes no store' $?
small --benchmark_list_tests
is '--benchmark_list_tests prints the cases' "$(wc -l <"$work/out")" 4
small --benchmark_list_tests --benchmark_filter=rapp
is '--benchmark_filter' "$(wc -l <"$work/out")" 2
small --benchmark_list_tests --benchmark_filter=-rapp
is '--benchmark_filter with a minus' "$(grep -c 'eg+' "$work/out")" 2
small --benchmark_list_tests --family step
shows '--family step' '^step/quadratic/'
small --dry-run --repetitions 3
is '--repetitions' "$(wc -l <"$work/out")" 12
for part in 1 2 3; do
  small --dry-run --shard $part/3
  cat "$work/out" >>"$work/parts"
done
small --dry-run
is '--shard parts make the whole' "$(sort "$work/parts")" "$(sort "$work/out")"
small --dry-run --seed 1
first=$(cat "$work/out")
small --dry-run --seed 1
is '--seed repeats the order' "$(cat "$work/out")" "$first"
bench --problem quadratic:n=64:instance=1..15..1 --method rapp --benchmark_list_tests
is 'fifteen instances are fifteen cases' "$(sort -u "$work/out" | wc -l)" 15
shows 'with stable names' '^solve/quadratic/instance:15/n:64/rapp/threads:1$'
bench --suite default --benchmark_list_tests
exits '--suite default' 0
for suite in default kernels paper; do
  bench --suite "$suite" --benchmark_list_tests
  is "no case of --suite $suite has its name twice" "$(sort "$work/out" | uniq -d)" ''
done

# What it stores.
small --benchmark_out="$work/gbench.json"
exits 'a small run' 0
shows 'sums up evaluations' '^eg\+ +[0-9]+ +[0-9]+$'
"$JSON_QUERY" "$work/gbench.json" benchmarks 3 name >"$work/value"
report '--benchmark_out writes JSON' $?
small --dry-run --resume
exits '--resume finds all of it' 0
is 'and leaves nothing to do' "$(wc -l <"$work/out")" 0
small --quiet --resume
exits '--quiet' 0

# Kernels and the limits of the machine.
bench --kernel combine:terms=2,3:level=l1,l2 --kernel barrier --threads 1 --benchmark_list_tests
is '--kernel: kernels x levels' "$(wc -l <"$work/out")" 5
shows 'named after kernel, level and threads' '^kernel/combine/terms:3/level:l2/threads:1$'
shows 'with what is at its default left out' '^kernel/combine/level:l1/threads:1$'
bench --family kernel --suite kernels --threads 1 --benchmark_list_tests
cp "$work/out" "$work/kernels"
sed -n 's/^  [a-z].*(\*\([a-z_]*\))(.*/\1/p' "$(dirname "$0")/../../lib/kernels/kernels.h" | tr _ - >"$work/members"
while read -r member; do
  grep -q "^kernel/$member/" "$work/kernels"
  report "every kernel of the library is measured: $member" $?
done <"$work/members"
is 'and these are' "$(wc -l <"$work/members")" "$(grep -c '(\*' "$(dirname "$0")/../../lib/kernels/kernels.h")"
bench --family probe --suite kernels --threads 1 --benchmark_list_tests
shows '--family probe' '^probe/read/streams:4/level:memory/threads:1$'
bench --family probe --suite default --threads all --benchmark_list_tests
shows '--threads all begins with one' '^probe/fma/threads:1$'
cat >"$work/roofs.json" <<END
{"schema": 1, "name": "roofs", "families": [
  {"family": "probe", "kernels": ["triad:level=l1,memory", "fma"]},
  {"family": "kernel", "kernels": ["dot:level=l1"]},
  {"family": "step", "problems": ["quadratic:n=64"], "methods": ["gda"]}]}
END
bench --suite "$work/roofs.json" --store "$work/roofs.sqlite"
exits 'probes, a kernel and iterations' 0
shows 'a probe has its bandwidth' '^probe +triad:level=l1 +1 +[0-9.e+]+ +- +[0-9.e+-]+ +[0-9.]+ +[0-9.]+$'
shows 'a kernel its share of the roof' '^kernel +dot:level=l1 +1( +[0-9.e+-]+){6} [a-z]+$'
shows 'iterations theirs' '^step +quadratic:n=64 +gda +1( +[0-9.e+-]+){6} [a-z]+$'
bench --kernel dot:level=l1 --store "$work/dot.sqlite"
shows 'without probes there is no roof' '^kernel +dot:level=l1 +1( +[0-9.e+-]+){5} +-$'
bench --family scale --problem mixed:n=2000 --method gda --threads all --store "$work/scale.sqlite"
exits '--family scale' 0
shows 'one thread is the measure of its team' '^mixed:n=2000 +gda +1 +1\.00 +1\.00 +0\.0%$'
bench --family batch --problem mixed:n=2000 --method eg+ --method rapp:inner=3 --method ogda --threads 1 \
  --store "$work/batch.sqlite"
exits '--family batch' 0
says 'which leaves out what is no chain' 'left out on mixed:n=2000: ogda: .*chain'
is 'its games are the pairs, its evaluations those of one of them' \
  "$(sqlite3 "$work/batch.sqlite" "SELECT name, n, evaluations / iterations FROM sample ORDER BY name")" \
  'batch/mixed/games:1000/eg+/threads:1|2000|2
batch/mixed/games:1000/rapp/inner:3/threads:1|2000|3'

# An interrupted run keeps what is finished, and --resume finishes the rest. The run would take far longer than the
# look at its store; what is finished afterwards is one repetition more than it came to.
rm -f "$store"
long() { # REPETITIONS [OPTION]...
  repetitions=$1
  shift
  "$LERP_BENCH" --problem quadratic:n=1024:rho=-0.9..-0.5..0.01 --method rapp --repetitions "$repetitions" \
    --quiet --store "$store" "$@"
}
command='lerp-bench ... and SIGINT'
status=0
: >"$work/out"
cases=41
all=$(long 60 --dry-run 2>"$work/err" | wc -l)
is 'a run of 60 repetitions' "$all" $((60 * cases))
(
  set -- --problem quadratic:n=1024:rho=-0.9..-0.5..0.01 --method rapp --repetitions 60 --quiet --store "$store"
  exec "$LERP_BENCH" "$@" >"$work/out" 2>"$work/err"
) &
process=$!
# A look that does not wait where the store is being written, but comes again.
stored=0
while [ "${stored:-0}" -eq 0 ] && kill -0 $process; do
  stored=$(sqlite3 "$store" 'SELECT count(*) FROM sample' 2>"$work/value")
done
kill -s INT $process
wait $process || status=$?
exits 'interrupted is 130' 130
left=$(long 60 --dry-run --resume 2>"$work/err" | wc -l)
[ "$left" -gt 0 ] && [ "$left" -lt "$all" ]
report "and --resume has $left of $all samples left" $?
reached=$(((all - left) / cases + 1))
long "$reached" --resume >"$work/out" 2>"$work/err"
is 'which it finishes' "$(long "$reached" --dry-run --resume 2>"$work/err" | wc -l)" 0

# What it refuses.
no() { # LABEL REGEX ARGUMENT...
  label=$1
  regex=$2
  shift 2
  refuses "$label" "$regex" "$LERP_BENCH" "$@"
}
no 'an unknown problem' "quadratc.*quadratic" --problem quadratc
no 'an unknown method' "rap.*rapp" --method rap
no 'a malformed range' 'character 15' --problem quadratic:rho=0..1
no 'an odd n' 'n=255' --problem quadratic:n=255
no 'an unknown suite' "nope" --suite nope
no 'an unknown name that is near none' "'qqqq'.*--list problems" --problem qqqq
no 'fewer repetitions at most than at least' 'max-repetitions 2.*repetitions, 5' --repetitions 5 --max-repetitions 2
no 'a store without a name' 'empty' --store '' --problem polar --method eg+
no 'samples of another seed' 'seed 0, and this run has seed 7' --problem quadratic:n=1024:rho=-0.9 --method rapp \
  --resume --seed 7 --store "$store"
no 'a suite that is not there' 'No such file' --suite "$work/no.json"
echo '{"families": [' >"$work/broken.json"
no 'a broken suite' 'broken.json' --suite "$work/broken.json"
no 'a gallery of a problem without a picture' 'quadratic has no picture' --family gallery --problem quadratic
no 'a batch of what is no game on pairs' 'family batch takes linear games' --family batch --problem polar --method eg+
no 'an unknown family' "--family 'foo'" --family foo
no 'an unknown kernel' "combin.*did you mean .combine" --kernel combin
no 'an unknown parameter of a kernel' "dot has no parameter 'terms'" --kernel dot:terms=3
no 'a parameter out of its range' 'terms=9.*\[1, 8\]' --kernel combine:terms=9
no 'an unknown level' 'level=l4' --kernel dot:level=l4
no 'a probe among the kernels' "unknown kernel 'triad'" --family kernel --kernel triad
echo '{"schema": 1, "name": "k", "families": [{"family": "kernel", "problems": ["mixed"]}]}' >"$work/kernels.json"
no 'a family of kernels with problems' 'kernels.json:1: unknown key "problems"' --suite "$work/kernels.json"
no 'threads 0' "--threads '0'" --threads 0
no 'more threads than CPUs' '--pin none' --threads 999
no 'an unknown policy' 'everywhere' --pin everywhere
no 'a shard outside' "--shard '3/2'" --shard 3/2
no 'a tolerance that is no number' "--tol 'x'" --tol x
no 'repetitions 0' "--repetitions '0'" --repetitions 0
no "Google Benchmark's repetitions" 'use --repetitions' --benchmark_repetitions=3
no 'a filter that matches nothing' 'nothing-like-this' --benchmark_filter=nothing-like-this
no 'a malformed filter' 'not a regular expression' --benchmark_filter='['
no 'a store in no folder' 'cannot open the store' --store "$work/no/results.sqlite"
no 'an argument' "'extra'" extra
if [ -e /dev/full ]; then
  command='lerp-bench on a full disk'
  status=0
  : >"$work/out"
  "$LERP_BENCH" --problem quadratic:n=64 --method rapp --store "$store" >/dev/full 2>"$work/err" || status=$?
  exits 'standard output on a full disk' 2
  says 'and says so' 'No space left'
fi

bench --version
shows '--version' '^lerp-bench [0-9]'
bench --help
for option in suite problem method kernel family tol max-evals shard threads pin repetitions precision max-repetitions processes against seed store resume dry-run quiet \
  benchmark_filter benchmark_list_tests benchmark_out benchmark_out_format benchmark_format; do
  shows "--help has --$option" "^ +--$option"
done
finish
