#!/bin/sh
# SPDX-License-Identifier: MIT
# The gates of a change. `gate.sh --help` says what they are; github.yml and gitlab.yml run them.
set -eu
lerp=$(CDPATH='' cd -- "${LERP:-$(dirname -- "$0")/../..}" && pwd)
bench=${LERP_BENCH:-$lerp/build/bench/lerp-bench}
report=${LERP_REPORT:-$lerp/build/reports/lerp-report}
out=${GATE_OUT:-gate}
pairs=${GATE_PAIRS:-20}

usage() {
  cat <<END
Usage: bench/ci/gate.sh build [COMMAND]
       bench/ci/gate.sh counts BASELINE [OPTION of lerp-bench]...
       bench/ci/gate.sh times BASE [OPTION of lerp-bench]...

build   makes lerp, and runs COMMAND, which makes a plugin of yours.
counts  runs the suite once and holds counts, outcomes and final iterates against the file BASELINE,
        exactly: any difference blocks. The machine need not be quiet. To accept what changed:
          lerp-bench OPTION... --store new.sqlite
          lerp-report export new.sqlite --format baseline -o BASELINE
times   runs this lerp-bench in turns with that of BASE, a program or a checkout of its own that was built
        in the same way, and blocks only when sure: at least 5 % slower, and the interval above 3 %. More
        samples: GATE_PAIRS (default 20), of as many processes unless GATE_PROCESSES says fewer: where a
        process finds its memory matters more than when. A plugin with a relative path is that of each.

Options choose what runs, like --suite FILE.json or --plugin ./mygame.so; the default is --suite ci.
Folder \$GATE_OUT (default gate) holds the stores and, for each gate, .md for a comment and .xml (JUnit).
LERP is the folder of lerp's sources (default: where this script lies); LERP_BENCH and LERP_REPORT name
other programs than those of its build/.

Exit status: 0 passed, 1 regression, 2 bad input or a failed write, 3 cases went missing.
END
}

fail() {
  echo "gate.sh: error: $*" >&2
  exit 2
}

# Judges what a gate measured and leaves it in all formats; the arguments are those of compare.
judge() {
  for format in markdown:md junit:xml; do
    "$report" compare "$@" --gate "$gate" --format "${format%:*}" -o "$out/$gate.${format#*:}" 2>"$out/notes" || [ $? -ne 2 ]
  done
  "$report" compare "$@" --gate "$gate"
}

# What could not be measured goes missing, which the comparison tells.
measure() { # STORE OPTION...
  store=$1
  shift
  rm -f "$store"
  "$bench" "$@" --quiet --store "$store" || [ $? -eq 3 ] || exit 2
}

# A checkout as a program: it runs where its plugin lies.
write_base() { # FOLDER
  cat >"$out/base" <<END
#!/bin/sh
cd "$(CDPATH='' cd -- "$1" && pwd)" && exec "./${LERP:-.}/build/bench/lerp-bench" "\$@"
END
  chmod +x "$out/base"
}

gate=${1:-}
case $gate in
-h | --help)
  usage
  exit 0
  ;;
build)
  "$lerp/bench/build.sh" "$lerp/build" release disabled
  [ -z "${2:-}" ] || sh -c "$2"
  exit 0
  ;;
counts | times) [ $# -gt 1 ] || fail "$gate: what to compare with is missing (--help says more)" ;;
*) fail "build, counts or times is missing (--help says more)" ;;
esac
with=$2
shift 2
[ $# -gt 0 ] || set -- --suite ci
mkdir -p "$out"
out=$(CDPATH='' cd -- "$out" && pwd)

if [ "$gate" = counts ]; then
  measure "$out/counts.sqlite" "$@"
  judge "$with" "$out/counts.sqlite" --exact
else
  if [ -d "$with" ]; then
    write_base "$with"
    with=$out/base
  fi
  measure "$out/times.sqlite" "$@" --against "$with" --repetitions "$pairs" --processes "${GATE_PROCESSES:-$pairs}"
  judge "$out/times.sqlite"
fi
