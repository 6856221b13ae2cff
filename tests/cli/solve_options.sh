#!/bin/sh
# SPDX-License-Identifier: MIT
# Every option of lerp-solve once, and what it prints.
# shellcheck source-path=SCRIPTDIR source=support.sh
. "$(dirname "$0")/support.sh"

solve() {
  run "$LERP_SOLVE" "$@"
}

# The result for people.
solve quadratic:n=64:rho=-0.1 rapp
exits 'a default solve converges' 0
silent 'and says nothing else'
for row in problem method outcome iterations evaluations residual distance time threads; do
  shows "it has the row '$row'" "^$row +[^ ]"
done
shows 'the problem with its facts' '^problem +quadratic:n=64:rho=-0.1: n 64, rho -0.1, L 1$'
shows 'the method with all its parameters' '^method +rapp: gamma 0.55, inner [0-9]+, .*lambda 0\.'

# JSON.
solve quadratic:n=64:rho=-0.1 rapp:inner=4 --json
exits 'JSON: converges' 0
is 'JSON: one line' "$(wc -l <"$work/out")" 1
for key in schema problem method parameters n rho lipschitz outcome iterations evaluations resolvents \
  observer_evaluations residual distance seconds threads pinned; do
  json "$key" >"$work/value"
  report "JSON: has '$key'" $?
done
is 'JSON: the method as it was given' "$(json method)" rapp:inner=4
is 'JSON: all parameters of the method' "$(json parameters inner)" 4
is 'JSON: the outcome' "$(json outcome)" converged
is 'JSON: n' "$(json n)" 64
json z 2>"$work/value"
is 'JSON: no z of a large problem' $? 1
solve quadratic:n=64 rapp --json --print-z
json z 63 >"$work/value"
is '--print-z gives all components' $? 0
solve polar rapp --json --max-iterations 3
json z 1 >"$work/value"
is 'JSON: z of a small problem' $? 0
solve bilinear:n=4 gda:gamma=1e300 --json
is 'JSON: numbers that are not finite are null' "$(json outcome)$(json residual)" divergednull
solve quadratic:n=64 rapp --print-z
shows '--print-z for people' '^y +[^ ]+( [^ ]+){31}$'

# When to stop.
solve quadratic rapp --json
default=$(json iterations)
solve quadratic rapp --tol 1e-4 --json
[ "$(json iterations)" -lt "$default" ]
report '--tol' $?
solve quadratic rapp --tol 0 --atol 1e-3 --json
is '--atol' "$(json outcome)" converged
solve quadratic rapp --tol 0 --max-evals 1e3 --json
exits '--max-evals: not converged' 1
is '--max-evals: outcome' "$(json outcome)" max_evaluations
solve quadratic rapp --tol 0 --max-iterations 7 --json
is '--max-iterations' "$(json outcome) $(json iterations)" 'max_iterations 7'
solve polar gda --tol 0 --max-time 0.05 --json
is '--max-time' "$(json outcome)" max_time
solve quadratic rapp --check-every 10 --json
is '--check-every: stops at a multiple' "$(($(json iterations) % 10))" 0
solve polar rapp --residual-step 0.5 --max-iterations 1 --json
half=$(json initial_residual)
solve polar rapp --max-iterations 1 --json
[ "$half" != "$(json initial_residual)" ]
report '--residual-step changes the residual of a constrained problem' $?

# Where it starts and runs.
solve polar rapp --start -1,2 --max-iterations 1 --json
exits '--start takes components, negative ones too' 1
solve quadratic rapp --start ones --json
exits '--start takes a name' 0
solve quadratic:n=40000 rapp --max-iterations 1 --json
exits 'as many threads as are worth it' 1
several=$(json threads)
solve quadratic:n=2 rapp
shows 'for two numbers one thread' '^threads +1 on CPU'
[ "$(grep -c '; more do not pay for a problem as small as this$' "$work/out")" -eq "$((several > 1))" ]
report 'which is said where there are more' $?
solve quadratic:n=2 rapp --threads 1
shows 'a wish for one thread' '^threads +1 on CPU'
! grep -q 'do not pay' "$work/out"
report 'is not explained' $?
solve quadratic:n=1024 rapp --threads 1 --json
one=$(json iterations)
solve quadratic:n=1024 rapp --threads 2 --pin none --json
if has OpenMP; then
  is '--threads is obeyed' "$(json threads)" 2
  is 'and changes nothing' "$(json iterations)" "$one"
else
  exits '--threads 2 is refused' 2
  says 'for a reason' 'built without OpenMP'
fi
solve quadratic rapp --threads 1 --pin scatter --json
if has hwloc; then
  is '--pin scatter' $status 0
  cpu=$(json pinned)
  solve quadratic rapp --threads 1 --pin "$cpu" --json
  is '--pin LIST' "$(json pinned)" "$cpu"
else
  exits '--pin scatter is refused' 2
  says 'for a reason' 'built without hwloc'
fi
solve quadratic rapp --seed 7 --json
exits '--seed' 0
OMP_PLACES=cores
export OMP_PLACES
solve quadratic rapp
shows 'OMP_PLACES of the user is respected' '^threads .* as by OMP_PLACES'
unset OMP_PLACES

# The trace.
solve polar rapp --max-iterations 5000 --tol 0 --trace "$work/trace.csv"
is '--trace: columns' "$(head -n 1 "$work/trace.csv")" \
  'iteration,evaluations,resolvents,residual,distance,x,y,seconds'
is '--trace: begins at 0' "$(sed -n 2p "$work/trace.csv" | cut -d, -f1)" 0
is '--trace: the first checks one by one' "$(sed -n 1001p "$work/trace.csv" | cut -d, -f1)" 999
is '--trace: ends at the end' "$(tail -n 1 "$work/trace.csv" | cut -d, -f1)" 5000
lines=$(wc -l <"$work/trace.csv")
[ "$lines" -lt 1300 ]
report "--trace: log-spaced from there ($lines lines)" $?
solve quadratic rapp --trace "$work/trace.csv"
is '--trace: no x and y of a large problem' "$(head -n 1 "$work/trace.csv")" \
  'iteration,evaluations,resolvents,residual,distance,seconds'

# Guarantees.
solve quadratic:rho=-0.9 gda --max-iterations 1
says 'no guarantee is said' 'no guarantee: '
solve quadratic:rho=-0.9 wrapp
says 'what is only observed is said' 'observed only: '

# Instances.
solve quadratic:n=64:instance=3 rapp --json
exits 'an instance is solved' 0
silent 'without a note'
is 'it is turned and moved' "$(json problem_parameters rotate) $(json problem_parameters shift)" '3 1.0'
first=$(json iterations)
solve quadratic:n=64:instance=3 rapp --json --seed 7
is 'the same whatever --seed says' "$(json iterations) $(json problem)" "$first quadratic:n=64:instance=3"
solve quadratic:n=64:condition=2 rapp
says 'stretched coordinates leave bounds' 'note: L and rho are bounds'
solve three-solutions eg:gamma=0.5
says 'further solutions are said' 'note: three solutions: '

# Progress belongs to terminals that can rewrite a line.
solve polar gda --tol 0 --max-time 1.8
! grep -q 'iterations' "$work/err"
report 'no progress without a terminal' $?
terminal() { # TERM
  run env TERM="$1" script -qec "'$LERP_SOLVE' polar gda --tol 0 --max-time 1.8" /dev/null
}
if command -v script >"$work/value"; then
  terminal xterm
  shows 'progress on a terminal' 'iterations  residual .* s'
  terminal dumb
  ! grep -q 'iterations  residual' "$work/out"
  report 'no progress on a dumb terminal' $?
  NO_COLOR=1
  export NO_COLOR
  terminal xterm
  ! grep -q 'iterations  residual' "$work/out"
  report 'no progress with NO_COLOR' $?
fi
finish
