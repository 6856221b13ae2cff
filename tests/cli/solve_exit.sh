#!/bin/sh
# SPDX-License-Identifier: MIT
# Exit statuses of lerp-solve, and what an interrupted or killed run leaves.
# shellcheck source-path=SCRIPTDIR source=support.sh
. "$(dirname "$0")/support.sh"

# Starts a solve that would take a minute, sends it a signal once its trace has begun, and waits for it.
interrupt() { # SIGNAL
  rm -f "$work/trace.csv"
  command="lerp-solve polar gda ... and SIG$1"
  status=0
  "$LERP_SOLVE" polar gda --tol 0 --max-time 60 --json --trace "$work/trace.csv" >"$work/out" 2>"$work/err" &
  solve=$!
  while kill -0 $solve && { ! [ -s "$work/trace.csv" ] || [ "$(wc -l <"$work/trace.csv")" -lt 1000 ]; }; do
    sleep 0.05
  done
  kill -s "$1" $solve
  wait $solve || status=$?
}

run "$LERP_SOLVE" quadratic rapp
exits 'converged is 0' 0
run "$LERP_SOLVE" quadratic rapp --max-iterations 1
exits 'not converged is 1' 1
run "$LERP_SOLVE" bilinear gda
exits 'diverged is 1' 1
run "$LERP_SOLVE"
exits 'bad input is 2' 2

# The polar game tells methods apart.
for method in wrapp eg+ la-gda:gamma=0.1:tau=20:lambda=0.5; do
  run "$LERP_SOLVE" polar:a=1 $method
  exits "polar: $method converges" 0
done
run "$LERP_SOLVE" polar:a=1 gda --max-evals 1e5
exits 'polar: gda cycles' 1

interrupt INT
exits 'interrupted is 130' 130
is 'with the outcome' "$(json outcome)" interrupted
is 'and the trace up to the last iteration' "$(tail -n 1 "$work/trace.csv" | cut -d, -f1)" "$(json iterations)"

interrupt KILL
exits 'a kill ends at once' 137
awk -F, 'NF != 8 { wrong = 1 } END { exit wrong }' "$work/trace.csv"
report 'and leaves only whole rows' $?
finish
