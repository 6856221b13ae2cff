#!/bin/sh
# SPDX-License-Identifier: MIT
# Builds lerp, measures a suite and renders the report.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
build=$root/build
store=$build/results.sqlite
report=$build/report

usage() {
  cat <<END
Usage: bench/run.sh [OPTION of lerp-bench]...

Installs the Debian packages that are missing, makes a release build in build/, runs
lerp-bench on the default suite and renders build/report/index.html from its results.
The results go to build/results.sqlite; those of the run before are kept beside it as
results.sqlite.previous.

Options are handed to lerp-bench, among them:
  --suite NAME|FILE.json   another suite than "default"
  --threads LIST           thread counts, like 1,2
  --resume                 go on with the results that are there
  -h, --help               show this text (build/bench/lerp-bench --help shows all options)

Exit status: that of lerp-bench (0 done, 1 not converged, 2 bad input, 3 some runs failed,
130 interrupted), 1 when installing or building failed.
END
}

move_aside() {
  for suffix in '' -wal -shm -journal; do
    rm -f "$store.previous$suffix"
    if [ -e "$store$suffix" ]; then
      mv "$store$suffix" "$store.previous$suffix"
    fi
  done
}

suite_given=no
fresh=yes
measures=yes
for argument; do
  case $argument in
  -h | --help)
    usage
    exit 0
    ;;
  --suite | --suite=*) suite_given=yes ;;
  --resume) fresh=no ;;
  --dry-run | --benchmark_list_tests* | --usage | -V | --version) measures=no ;;
  --store | --store=*)
    echo "run.sh: error: $argument: results go to build/results.sqlite; for another store run lerp-bench" >&2
    exit 2
    ;;
  esac
done
[ "$suite_given" = yes ] || set -- --suite default "$@"

begin=$(date +%s)
"$root/bench/build.sh" "$build" release disabled
[ "$fresh$measures" != yesyes ] || move_aside

# An interrupt ends lerp-bench, which keeps what it has measured; the report of that is still rendered.
trap : INT
status=0
"$build/bench/lerp-bench" "$@" --store "$store" || status=$?
case $status in
0 | 1 | 3 | 130) ;;
*) exit "$status" ;;
esac
[ "$measures" = yes ] || exit "$status"
"$build/reports/lerp-report" render "$store" -o "$report"
echo
echo "report: $report/index.html"
echo "total time: $(($(date +%s) - begin)) s"
exit "$status"
