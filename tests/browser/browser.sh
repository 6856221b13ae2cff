#!/bin/sh
# SPDX-License-Identifier: MIT
# A report in a browser without a screen: harness.html tries the page and says what came out.
# shellcheck source-path=SCRIPTDIR/../cli source=../cli/support.sh
. "$(dirname "$0")/../cli/support.sh"

find_browser() {
  for browser in chromium-headless-shell chromium-shell chromium google-chrome; do
    command -v "$browser" && return
  done
}
browser=$(find_browser)
if [ -z "$browser" ] || ! command -v gnuplot >"$work/value" || ! command -v sqlite3 >"$work/value"; then
  echo '1..0 # SKIP chromium-headless-shell, gnuplot or sqlite3 is not installed'
  exit 0
fi

browse() { # ARGUMENT...
  run "$browser" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --allow-file-access-from-files --user-data-dir="$work/profile" \
    --enable-logging=stderr --v=0 "$@"
}

# Takes over the checks of the harness for the page in a folder.
tries() { # LABEL FOLDER ARGUMENT...
  label=$1
  folder=$2
  shift 2
  cp "$(dirname "$0")/harness.html" "$folder"
  browse "$@" --dump-dom "file://$folder/harness.html"
  sed -n '/<pre/,/<\/pre>/p' "$work/out" | sed 's/.*<pre id="result">//; s/<\/pre>.*//' >"$work/checks"
  while read -r line; do
    case $line in
    'ok - '*) report "$label: ${line#ok - }" 0 ;;
    'not ok - '*) report "$label: ${line#not ok - }" 1 ;;
    esac
  done <"$work/checks"
  grep -q '^done$' "$work/checks"
  report "$label: every check was made" $?
  ! grep -E 'CONSOLE' "$work/err"
  report "$label: nothing to complain about on the console" $?
}

# One family of each kind that has figures.
cat >"$work/suite.json" <<END
{"schema": 1, "name": "quick", "families": [
  {"family": "solve", "problems": ["mixed:n=64:rho=-0.9..0..0.1", "quadratic:n=64:rho=-0.4..0..0.2:instance=1..4..1"],
   "methods": ["rapp", "wrapp", "la-eg+", "eg+", "gda", "ramp", "rpp"], "max_evals": 3e4},
  {"family": "solve", "problems": ["mixed:n=40:rho=0:rmin=0.5"], "methods": ["eg+"], "max_evals": 2000,
   "tune": {"budget": 20000, "max_evals": 500, "grid": {"gamma": [0.5, 0.8, 1.2], "alpha": [0.2, 0.5, 0.9]}}},
  {"family": "solve", "problems": ["polar", "global-forsaken"], "methods": ["eg", "wrapp", "gda"], "max_evals": 3e4},
  {"family": "gallery", "problems": ["interaction-dominant:n=2"], "methods": ["ramp"]},
  {"family": "probe", "kernels": ["triad:level=l1", "fma"]},
  {"family": "kernel", "kernels": ["dot:level=l1"]},
  {"family": "step", "problems": ["mixed:n=2000,20000"], "methods": ["gda", "eg+"]}]}
END
run "$LERP_BENCH" --quiet --store "$work/quick.sqlite" --suite "$work/suite.json"
exits 'measured' 0
run "$LERP_REPORT" render "$work/quick.sqlite" -o "$work/page"
exits 'rendered' 0
! grep -q 'Without arrows' "$work/page/index.html"
report 'games of lerp have their fields' $?
tries light "$work/page"
tries dark "$work/page" --blink-settings=preferredColorScheme=0

# Instances and repetitions, several thousand rows, and names that would be markup, script or SQL.
large="$work/it's <b>large.sqlite"
cp "$work/quick.sqlite" "$large"
sh "$(dirname "$0")/multiply.sh" "$large" 10
cat >"$work/names.sql" <<'END'
CREATE TEMP TABLE bad(text);
INSERT INTO bad VALUES('</script><script>injected = 1</script><img src=x onerror="injected = 1">''"; DROP TABLE sample; --');
UPDATE sample SET problem = 'gone' || (SELECT text FROM bad) WHERE problem LIKE 'polar%';
UPDATE sample SET method = 'odd:' || (SELECT text FROM bad) WHERE method = 'gda';
UPDATE sample SET suite = (SELECT text FROM bad), command = (SELECT text FROM bad), "commit" = (SELECT text FROM bad),
                  started = started || (SELECT text FROM bad) WHERE id % 5 = 0;
UPDATE machine SET json = json_set(json, '$.cpu.model', (SELECT text FROM bad));
INSERT INTO target(suite, name, target, part, verdict, why, samples, machine, "commit")
  SELECT text, text, text, text, 'missed', text, '[1]', text, text FROM bad;
INSERT INTO claim(suite, name, claim, source, guaranteed, run, found, verdict, samples, machine, "commit")
  SELECT text, text, text, text, 1, text, text, 'holds', '[1]', text, text FROM bad;
END
run sqlite3 "$large" ".read $work/names.sql"
exits 'names that are markup' 0
run "$LERP_REPORT" render "$large" -o "$work/large"
exits 'rendered' 0
! grep -q '<script>injected\|<img src=x' "$work/large/index.html"
report 'no name became markup' $?
grep -q '&lt;script&gt;injected' "$work/large/index.html"
report 'but all are shown' $?
grep -q '95 % interval of the median, known of' "$work/large/index.html"
report 'times say how sure they are' $?
tries large "$work/large"
finish
