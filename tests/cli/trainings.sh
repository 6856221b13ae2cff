#!/bin/sh
# SPDX-License-Identifier: MIT
# Trainings as a family of lerp-bench, and what is expected of them.
# shellcheck source=tests/cli/support.sh
. "$(dirname "$0")/support.sh"

command -v sqlite3 >/dev/null || {
  echo '1..0 # SKIP sqlite3 is not installed'
  exit 0
}

suite() { # FILE BANDS
  cat >"$1" <<JSON
{"schema": 1, "name": "tiny", "seed": 1, "repetitions": 3, "families": [
  {"family": "gan", "name": "GDA", "problems": ["gan:width=16:batch=32:ratio=5"], "methods": ["gda:gamma=0.02"],
   "steps": 200, "evaluations": 8, "alternating": true},
  {"family": "gan", "name": "LA", "problems": ["gan:width=16:batch=32:ratio=5"],
   "methods": ["la-gda:gamma=0.02:tau=10:lambda=0.8"], "steps": 200, "evaluations": 8, "alternating": true, "seeds": 2}],
 "bands": [$2]}
JSON
}
band() { # NAME REST
  printf '{"name": "%s", "claim": "of %s", "source": "here", %s}' "$1" "$1" "$2"
}
store=$work/trainings.sqlite
sql() {
  sqlite3 "$store" "$1"
}

# The mean over seeds of the mean of the last two of eight evaluations, by SQL.
late() { # METHOD MEASURE
  sql "SELECT printf('%.4g', avg(mean)) FROM (SELECT avg(value) AS mean FROM sample JOIN training ON sample = sample.id,
       json_each(training.json, '\$.measures.$2') WHERE method_name = '$1' AND key >= 6 GROUP BY sample.id)"
}

suite "$work/tiny.json" "$(band a '"training": "GDA", "measure": "sliced_wasserstein", "at_least": 0, "at_most": 100'),
  $(band b '"training": "GDA", "measure": "sliced_wasserstein", "than": {"training": "LA", "measure": "spread"}, "factor": 100'),
  $(band c '"training": "GDA", "measure": "modes", "at": "first call", "level": 9, "at_most": 200, "seeds": 1'),
  $(band d '"training": "LA", "measure": "modes", "at_least": 0, "seeds": 3')"
run "$LERP_BENCH" --suite "$work/tiny.json" --store "$store"
exits 'a suite of trainings' 0
shows 'a band that holds' '^holds .*of a'
shows 'one that does not, against another training' '^does not hold[[:space:]]b[[:space:]]of b'
shows 'what never happens' '^does not hold[[:space:]]c.*inf'
shows 'what too few seeds tell' '^undecided .*of d'
is 'as many seeds as each wants' "$(sql "SELECT group_concat(n) FROM (SELECT count(*) AS n FROM sample GROUP BY name ORDER BY 1 DESC)")" 3,2
is 'seeds differ' "$(sql "SELECT count(DISTINCT result) FROM sample WHERE method_name = 'gda'")" 3
is 'the number that is judged' "$(sql "SELECT found FROM claim WHERE name = 'a'" | sed 's/,.*//')" "$(late gda sliced_wasserstein)"
is 'the samples it comes from' "$(sql "SELECT json_array_length(samples) FROM claim WHERE name = 'b'")" 5
is 'evaluations along the way' "$(sql "SELECT DISTINCT json_extract(json, '\$.calls') FROM training JOIN sample ON sample = id
  WHERE method_name = 'gda'")" '[25,50,75,100,125,150,175,200]'
is 'shares of its time' "$(sql "SELECT DISTINCT json ->> '\$.shares.convolutions' = 0, json ->> '\$.shares.method' > 0,
  json ->> '\$.shares.method' < 1 FROM training")" '1|1|1'
is 'pictures of what is made' "$(sql "SELECT count(*) FROM picture")" 5

# The same bits as lerp-gan's training of that seed.
run "$LERP_GAN" train gan:width=16:batch=32:ratio=5 gda:gamma=0.02 --alternating --seed 2 --steps 200 --evaluations 8 --json
is 'the seed is that of the suite and the repetition' "$(json sliced_wasserstein | cut -c1-8)" \
  "$(sql "SELECT json_extract(json, '\$.measures.sliced_wasserstein[7]') FROM training JOIN sample ON sample = id
  WHERE method_name = 'gda' AND repetition = 1" | cut -c1-8)"
run "$LERP_BENCH" --suite "$work/tiny.json" --store "$store" --resume
shows 'nothing is trained twice' '^0 samples.*5 were there'

# Interrupted in the middle of a training it goes on there, with the same bits.
cat >"$work/long.json" <<JSON
{"schema": 1, "name": "long", "seed": 1, "families": [
  {"family": "gan", "problems": ["gan:width=16:batch=32:ratio=5"], "methods": ["la-gda:gamma=0.02:tau=3000:lambda=0.8"],
   "steps": 30000, "evaluations": 5, "alternating": true}]}
JSON
checkpoint() {
  find "$work" -name 'long.sqlite-*.training'
}
# Too early there is nothing to keep, too late the training is done: then from the beginning, in small steps.
tries=0
tenths=4
while [ -z "$(checkpoint)" ] && [ $tries -lt 60 ]; do
  rm -f "$work/long.sqlite"
  status=0
  timeout --preserve-status -s INT "$((tenths / 10)).$((tenths % 10))" \
    "$LERP_BENCH" --suite "$work/long.json" --store "$work/long.sqlite" --quiet || status=$?
  tries=$((tries + 1))
  tenths=$((status == 0 ? 4 : tenths + 2))
done
is 'an interrupt' $status 130
[ -s "$(checkpoint)" ]
report 'leaves a checkpoint' $?
run "$LERP_BENCH" --suite "$work/long.json" --store "$work/long.sqlite" --resume
exits 'then the training goes on' 0
is 'and needs no checkpoint any more' "$(checkpoint)" ''
run "$LERP_BENCH" --suite "$work/long.json" --store "$work/whole.sqlite"
is 'to the same bits' "$(sqlite3 "$work/long.sqlite" 'SELECT result, evaluations, iterations FROM sample')" \
  "$(sqlite3 "$work/whole.sqlite" 'SELECT result, evaluations, iterations FROM sample')"
unmeasured="s/\"seconds\":[^]]*]//; s/\"shares\":[^}]*}//"
is 'and measures' "$(sqlite3 "$work/long.sqlite" 'SELECT json FROM training' | sed "$unmeasured")" \
  "$(sqlite3 "$work/whole.sqlite" 'SELECT json FROM training' | sed "$unmeasured")"

# Every optimizer on all data; CIFAR-10 where it is.
run "$LERP_BENCH" --suite gan-full --dry-run
exits 'the long suite' 0
says 'without CIFAR-10' 'left out: cifar10: no directory.*https'
is 'ring, grid and shapes, five times' "$(wc -l <"$work/out")" 230
"$LERP_GAN" make-shapes "$work/images" --count 20
run "$LERP_BENCH" --suite gan-full --dry-run --data "$work/images"
is 'and with it' "$(grep -c "data:cifar10/directory:$work/images" "$work/out")" 70

run "$LERP_REPORT" render "$store" -o "$work/report"
exits 'a page' 0
grep -q 'How networks train' "$work/report/index.html"
report 'with the trainings' $?
grep -q 'Of 1 comparison of' "$work/report/index.html" && grep -q 'la-gda 0.02/0.1 over gda 0.02/0.1' "$work/report/index.html"
report 'what interpolation did' $?
grep -q 'Collapsed or diverged' "$work/report/index.html" && grep -q 'Of 4 expectations 1 hold, 2 do not hold, 1 are undecided' "$work/report/index.html"
report 'and what was expected' $?
nearer=$(sql "WITH far AS (SELECT method_name AS name, repetition AS seed, avg(value) AS mean FROM sample JOIN training ON sample = sample.id,
  json_each(training.json, '\$.measures.sliced_wasserstein') WHERE key >= 6 GROUP BY sample.id)
  SELECT sum(la.mean < base.mean) || ' of ' || count(*) FROM far AS la JOIN far AS base ON la.name = 'la-gda' AND base.name = 'gda' AND la.seed = base.seed")
grep -q "$nearer nearer<br>" "$work/report/index.html"
report 'counted seed by seed' $?
is 'a panel for each method, against steps and against seconds' \
  "$(find "$work/report/figures" -name 'calls-*' -o -name 'seconds-*' | wc -l)" 2
distance=$(sql "SELECT printf('%.3g', avg(mean)) FROM (SELECT avg(value) AS mean FROM sample JOIN training ON sample = sample.id,
       json_each(training.json, '\$.measures.sliced_wasserstein') WHERE method_name = 'gda' AND key >= 6 GROUP BY sample.id)")
grep -q "<td class=\"number\">$distance<" "$work/report/index.html"
report 'and the distance late in training' $?
share=$(sql "SELECT printf('%.3g', 1e2 * avg(json ->> '\$.shares.method')) FROM training JOIN sample ON sample = id WHERE method_name = 'gda'")
grep -q "<td class=\"number\">$share<" "$work/report/index.html"
report 'and the share of the time that the method takes' $?

no() { # LABEL REGEX BAND
  suite "$work/wrong.json" "$3"
  run "$LERP_BENCH" --suite "$work/wrong.json" --store "$work/wrong.sqlite"
  exits "$1: 2" 2
  says "$1: said" "$2"
}
no 'a band on nothing' 'no training is named .WGAN.' "$(band a '"training": "WGAN", "measure": "modes", "at_least": 0')"
no 'a band without bounds' 'wrong.json:6: one of' "$(band a '"training": "GDA", "measure": "modes"')"
no 'a band at nowhere' 'wrong.json:6: .at. must be' "$(band a '"training": "GDA", "measure": "modes", "at": "noon", "at_most": 1')"
no 'an unknown key' 'wrong.json:6: unknown key .sedes.' "$(band a '"training": "GDA", "measure": "modes", "at_most": 1, "sedes": 3')"
finish
