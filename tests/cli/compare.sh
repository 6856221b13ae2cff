#!/bin/sh
# SPDX-License-Identifier: MIT
# lerp-report compare, on stores whose rows were changed by a known amount.
# shellcheck source-path=SCRIPTDIR source=support.sh
. "$(dirname "$0")/support.sh"
if ! command -v sqlite3 >"$work/value"; then
  echo '1..0 # SKIP sqlite3 is not installed'
  exit 0
fi

base=$work/base.sqlite
run "$LERP_BENCH" --quiet --store "$base" --problem quadratic:n=64,32 --method wrapp --method gda --pin none
exits 'samples to start from' 0
solved=solve/quadratic/n:64/wrapp/threads:1
evaluations=$(sqlite3 "$base" "SELECT evaluations FROM sample WHERE name = '$solved'")

change() { # SQL...: a copy of the base, changed
  cp "$base" "$work/new.sqlite"
  sqlite3 "$work/new.sqlite" "$@"
}

against_base() { # LABEL CODE OPTION...
  label=$1
  code=$2
  shift 2
  run "$LERP_REPORT" compare "$base" "$work/new.sqlite" "$@"
  exits "$label" "$code"
}

# --- What repeats exactly
change ''
against_base 'the same rows' 0 --exact
shows 'say so' '^counts  0 regressions, 4 no change$'
shows 'times of two runs are not compared' 'times are not compared: .*did not run in turns'

change "UPDATE sample SET evaluations = evaluations + 1 WHERE name = '$solved'"
against_base 'one evaluation more is a regression' 1
shows 'told by case and numbers' "regression +$solved: evaluations $evaluations -> $((evaluations + 1))$"

change "UPDATE sample SET evaluations = evaluations - 1 WHERE name = '$solved'"
against_base 'one evaluation less is none' 0
shows 'but an improvement' "improvement +$solved: evaluations $evaluations -> $((evaluations - 1))$"
against_base 'that an exact gate wants to be written down' 1 --exact

change "UPDATE sample SET outcome = 'max_evaluations' WHERE name = '$solved'"
against_base 'what no longer converges is a regression' 1
shows 'told by its outcome' 'outcome converged -> max_evaluations'

change "UPDATE sample SET result = '0123456789abcdef' WHERE name = '$solved'"
against_base 'other bits of the final iterate are a change' 0
shows 'that is told' "changed +$solved: result [0-9a-f]{16} -> 0123456789abcdef"
against_base 'and that an exact gate does not pass' 1 --exact

change "UPDATE sample SET bytes = bytes + 8 WHERE name = '$solved'"
against_base 'more declared bytes are a regression' 1
shows 'told as whole numbers' "regression +$solved: bytes [0-9]+ -> [0-9]+$"

change "DELETE FROM sample WHERE name = '$solved'"
against_base 'a case that went missing' 3
shows 'is named' "missing +$solved"

change "UPDATE sample SET name = 'solve/new' WHERE name = '$solved'"
against_base 'missing under its name' 3
shows 'and a new one is named as well' 'added +solve/new'

change "INSERT INTO sample SELECT NULL, $(sqlite3 "$base" "SELECT group_concat('\"' || name || '\"') FROM
  pragma_table_info('sample') WHERE name <> 'id'" | sed 's/"repetition"/9/; s/"iterations"/"iterations" + 5/')
  FROM sample WHERE name = '$solved'"
against_base 'what does not repeat is a regression' 1
shows 'with its range' 'iterations [0-9]+ -> [0-9]+ to [0-9]+'

change "UPDATE sample SET isa = 'x86-64-v2', iterations = iterations + 1, evaluations = evaluations + 1,
  bytes = bytes * (iterations + 1.0) / iterations, flops = flops * (iterations + 1.0) / iterations, result = 'ff'
  WHERE name = '$solved'"
against_base 'x86-64-v2 may need one iteration more' 0 --exact
change "UPDATE sample SET isa = 'x86-64-v2', iterations = iterations + 2 WHERE name = '$solved'"
against_base 'and not two' 1

change "UPDATE machine SET key = 'other', json = json_set(json, '\$.cpu.model', 'another'); UPDATE sample SET machine = 'other'"
against_base 'other machines count alike' 0
shows 'and their times are told apart' 'times are not compared: the machines .* differ, base ran on .*, new on another'

# --- Times, of pairs
columns=$(sqlite3 "$base" "SELECT group_concat('\"' || name || '\"') FROM pragma_table_info('sample') WHERE name <> 'id'")

duet() { # PAIRS PROCESSES FACTOR: the time of the head for pair i of the solved case
  values=$(echo "$columns" | sed "s/\"repetition\"/i/; s/\"process\"/i % $2/; s/\"disturbed\"/0/")
  cp "$base" "$work/duet.sqlite"
  sqlite3 "$work/duet.sqlite" "
    CREATE TEMP TABLE number AS WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < $1 - 1)
      SELECT i, 0.010 * (1 + 0.5 * (i * 7 % 11) / 11.0) AS base FROM n;
    DELETE FROM sample WHERE name <> '$solved';
    INSERT INTO sample SELECT NULL, $(echo "$values" | sed 's/"arm"/'"'base'"'/; s|"seconds"|base|')
      FROM sample, number WHERE arm = '';
    INSERT INTO sample SELECT NULL, $(echo "$values" | sed 's/"arm"/'"'head'"'/; s|"seconds"|base * ('"$3"')|')
      FROM sample, number WHERE arm = '';
    DELETE FROM sample WHERE arm = ''"
}

duet_is() { # LABEL CODE VERDICT
  run "$LERP_REPORT" compare "$work/duet.sqlite"
  exits "$1" "$2"
  shows 'with its verdict' "$3"
}

duet 20 5 1.1
duet_is 'ten percent' 1 "regression +$solved: \+10.0 % \[\+10.0, \+10.0\], 20 pairs of 5 processes"
duet 20 5 1
duet_is 'nothing' 0 '^times   0 regressions, 1 no change;'
duet 20 5 '1 / 1.1'
duet_is 'a gain of ten percent' 0 'improvement .*-9.1 % \[-9.1, -9.1\]'
duet 20 5 1.04
duet_is 'four percent are within what is allowed' 0 '^times   0 regressions, 1 no change;'
run "$LERP_REPORT" compare "$work/duet.sqlite" --threshold 3.5 --margin 2
exits 'unless less is' 1
duet 20 5 '1 + 0.4 * (i * 3 % 7 - 3) / 3.0'
duet_is 'noise' 0 'inconclusive .* \[-[0-9.]+, \+[0-9.]+\]'
duet 5 5 1.1
duet_is 'five pairs decide nothing' 0 'inconclusive .*5 pairs of 5 processes'
duet 20 2 1.1
duet_is 'nor do two processes' 0 'inconclusive .*20 pairs of 2 processes'

duet 20 5 1.1
sqlite3 "$work/duet.sqlite" "UPDATE sample SET outcome = 'max_evaluations' WHERE name = '$solved'"
run "$LERP_REPORT" compare "$work/duet.sqlite"
shows 'solves that were given up have no time' 'times are not compared: no case was solved'
duet 20 5 1.1
sqlite3 "$work/duet.sqlite" "UPDATE sample SET seconds = 5 * seconds, disturbed = 1 WHERE arm = 'head' AND repetition < 8"
duet_is 'disturbed pairs do not count' 1 '\+10.0 % \[\+10.0, \+10.0\], 12 pairs'
sqlite3 "$work/duet.sqlite" "INSERT INTO machine SELECT 'other', json_set(json, '\$.cpu.model', 'another') FROM machine;
  UPDATE sample SET machine = 'other' WHERE arm = 'head'"
run "$LERP_REPORT" compare "$work/duet.sqlite"
shows 'nor do those of two machines' 'times are not compared: the machines .* differ'

# --- Formats, with a name that is markup everywhere
duet 20 5 1.1
sqlite3 "$work/duet.sqlite" "UPDATE sample SET name = 'a<b>&\"c''|\`d\` ]]>'"
run "$LERP_REPORT" compare "$work/duet.sqlite" --format json
exits 'JSON' 1
is 'verdict' "$(json cases 0 times verdict)" regression
is 'ratio' "$(json cases 0 times ratio)" 1.1
is 'schema' "$(json schema)" 1
is 'counts' "$(json counts 'no change')" 1
run "$LERP_REPORT" compare "$work/duet.sqlite" --format junit -o "$work/junit.xml"
exits 'JUnit' 1
grep -q 'testcase classname="lerp.times" name="a&lt;b&gt;&amp;&quot;c&#39;|.d. \]\]&gt;"' "$work/junit.xml"
report 'escapes' $?
[ "$(grep -c '<failure' "$work/junit.xml")" -eq 1 ]
report 'has one failure' $?
if command -v xmllint >"$work/value"; then
  run xmllint --noout "$work/junit.xml"
  exits 'is XML' 0
fi
run "$LERP_REPORT" compare "$work/duet.sqlite" --format markdown
exits 'Markdown' 1
shows 'its heading' '^### lerp: does not pass$'
shows 'a row, its name as code in one cell' '^\| \*\*regression\*\* \| .a<b>&"c.\\\|.d. \]\]>. \| .\+10.0 %'

# Many rows still fit a comment.
run "$LERP_BENCH" --quiet --store "$work/many.sqlite" --family count --problem quadratic:n=16:rho=-0.4..0..0.001 \
  --method wrapp --pin none
exits 'many cases' 0
cp "$work/many.sqlite" "$work/more.sqlite"
sqlite3 "$work/more.sqlite" 'UPDATE sample SET iterations = iterations + 1, evaluations = evaluations + 1, bytes = 2 * bytes'
run "$LERP_REPORT" compare "$work/many.sqlite" "$work/more.sqlite" --format markdown
exits 'which all got worse' 1
[ "$(wc -c <"$work/out")" -lt 65536 ]
report 'fit a comment' $?
shows 'and are counted' '^and [0-9]+ more$'

# --- Bad input
no() { # LABEL REGEX ARGUMENT...
  label=$1
  regex=$2
  shift 2
  refuses "$label" "$regex" "$LERP_REPORT" compare "$@"
}
no 'nothing' 'STORE'
no 'three' 'third' "$base" "$base" third
no 'one store without arms' 'base.sqlite.*--against' "$base"
no 'an unknown format' 'html.*text, markdown, json or junit' "$base" "$base" --format html
no 'a threshold that is no number' 'threshold.*much' "$base" "$base" --threshold much
no 'a margin above the threshold' 'margin 9' "$base" "$base" --margin 9
change "UPDATE sample SET \"commit\" = 'aaa' WHERE name = '$solved'"
no 'two commits' 'new.sqlite.*several commits' "$base" "$work/new.sqlite"
change 'DELETE FROM sample'
no 'no samples' 'new.sqlite.*no samples' "$base" "$work/new.sqlite"
finish
