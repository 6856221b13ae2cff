#!/bin/sh
# SPDX-License-Identifier: MIT
# lerp-solve --plot.
# shellcheck source-path=SCRIPTDIR source=support.sh
. "$(dirname "$0")/support.sh"

mkdir "$work/empty"
refuses 'to plot without gnuplot' gnuplot \
  env PATH="$work/empty" "$LERP_SOLVE" polar rapp --plot "$work/plot.svg"
if ! command -v gnuplot >"$work/value"; then
  finish
fi

plot() { # LABEL ARGUMENT...
  label=$1
  shift
  rm -f "$work/plot.svg"
  run "$LERP_SOLVE" "$@" --plot "$work/plot.svg"
  ! grep -qv '^lerp-solve: ' "$work/err"
  report "$label: gnuplot has nothing to say" $?
  tail -n 2 "$work/plot.svg" | grep -q '</svg>'
  report "$label: the drawing is complete" $?
}

drawn() { # LABEL TEXT
  grep -q "$2" "$work/plot.svg"
  report "$1" $?
}

plot 'a large problem' quadratic rapp
exits 'it converges' 0
drawn 'it has the residual' 'evaluations of F'
! grep -q trajectory "$work/plot.svg"
report 'and no trajectory' $?

plot 'a plane game' polar:a=1 rapp
drawn 'it has the trajectory' 'trajectory over the vector field'
drawn 'its start' '>start<'
drawn 'its end' '>end<'
drawn 'and the solution' '>solution<'

run "$LERP_SOLVE" polar:a=1 gda --max-iterations 20000 --tol 0 --plot "$work/plot.svg"
drawn 'a run that does not converge shows its last points' '>last 2048<'

plot 'a start at the solution' quadratic:n=2 rapp --start zero
plot 'a run that diverges' bilinear:n=2 gda

refuses 'a drawing in no folder' 'No such file' "$LERP_SOLVE" polar rapp --plot "$work/no/plot.svg"
if [ -e /dev/full ]; then
  run "$LERP_SOLVE" polar:a=1 wrapp --plot /dev/full
  exits 'a drawing on a full disk fails at the end' 2
  shows 'with the results' '^outcome '
  says 'and says so' 'No space left'
fi
finish
