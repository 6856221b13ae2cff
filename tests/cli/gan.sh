#!/bin/sh
# SPDX-License-Identifier: MIT
# lerp-gan: trainings end where they should, go on after a kill with the same bits, and say what is wrong.
# shellcheck source=tests/cli/support.sh
. "$(dirname "$0")/support.sh"

small="ring:width=16:latent=4:batch=32"
train() { # ARGUMENTS...
  run "$LERP_GAN" train "$@"
}
# The process $stopped, as soon as it has left a checkpoint in DIR.
interrupt_at_checkpoint() { # DIR
  while ! [ -e "$1/checkpoint" ] && kill -0 $stopped 2>/dev/null; do
    sleep 0.01
  done
  kill -INT $stopped 2>/dev/null
}
no() { # LABEL REGEX ARGUMENTS...
  label=$1 expected=$2
  shift 2
  run "$LERP_GAN" "$@"
  exits "$label: 2" 2
  says "$label: said" "$expected"
}
# All columns of history.csv but the seconds.
history() {
  cut -d, -f1,2,4- "$1/history.csv"
}

train ring la-adam --steps 1200 --json
exits 'la-adam on the ring' 0
is 'reaches all modes' "$(json modes)" 8
is 'its name and what it was given besides' "$(json method)" 'la-adam:lr=0.002:tau=100:lambda=0.5'
is 'in iterations of 100 steps' "$(json iterations)" 12
is 'in turn' "$(json order)" alternating
is 'no time in convolutions, which it has not' "$(json shares convolutions)" 0
is 'the method has a share of the time' "$(json shares method | awk '{ print ($1 > 0 && $1 < 1) }')" 1

train "$small" gda --steps 300 --evaluations 5 --out "$work/whole" --json
exits 'a training with files' 0
is 'all its steps' "$(json steps)" 300
is 'rows of its history' "$(wc -l <"$work/whole/history.csv")" 6
"$LERP_GAN" train "$small" gda --steps 300 --evaluations 5 --out "$work/again" >/dev/null 2>&1
[ "$(history "$work/whole")" = "$(history "$work/again")" ] && cmp -s "$work/whole/samples.npy" "$work/again/samples.npy"
report 'the same twice' $?

# Killed once it has a checkpoint, then on.
"$LERP_GAN" train "$small" gda --steps 300 --evaluations 5 --out "$work/killed" --checkpoint 0 >/dev/null 2>&1 &
killed=$!
waited=0
while ! [ -e "$work/killed/checkpoint" ] && [ $waited -lt 200 ]; do
  sleep 0.05
  waited=$((waited + 1))
done
kill -9 $killed 2>/dev/null
wait $killed 2>/dev/null
train "$small" gda --steps 300 --evaluations 5 --out "$work/killed" --resume --json
exits 'after a kill' 0
[ "$(history "$work/whole")" = "$(history "$work/killed")" ] && cmp -s "$work/whole/samples.npy" "$work/killed/samples.npy"
report 'the same bits as without' $?

for method in adam eg wrapp rapp la-eg:tau=10 la-adam:tau=20 extra-adam+; do
  train "$small" $method --steps 60 --evaluations 3 --decay 0.5 --out "$work/first" --json
  cp "$work/first/samples.npy" "$work/expected.npy"
  mkdir -p "$work/second"
  "$LERP_GAN" train "$small" $method --steps 60 --evaluations 3 --decay 0.5 --out "$work/second" --checkpoint 0 >/dev/null 2>&1 &
  stopped=$!
  interrupt_at_checkpoint "$work/second"
  wait $stopped
  train "$small" $method --steps 60 --evaluations 3 --decay 0.5 --out "$work/second" --resume --json
  cmp -s "$work/expected.npy" "$work/second/samples.npy"
  report "$method goes on with the same bits while its steps decay" $?
  rm -rf "$work/first" "$work/second"
done

# What the paper's public code does in the place of some methods.
as() { # METHOD EXPECTED
  train "$small" "$1" --steps 8 --evaluations 1 --reference-semantics --json
  is "$1 there" "$(json method)" "$2"
}
as eg 'opponent-eg:gamma=0.05'
as eg+:gamma=0.1 'opponent-eg:alpha=0.5:gamma=0.1'
as la-eg:tau=2 'opponent-eg:gamma=0.05'
as la-eg+:tau=2 'opponent-eg:alpha=0.5:gamma=0.02'
as la-eg+:tau=3 'la-opponent-eg:alpha=0.5:gamma=0.02:lambda=0.8:tau=3'
as la-extra-adam+:tau=2 'la-extra-adam+:eps-mode=hat:state=split:alpha=1:lr=0.002:lambda=0.5:tau=2'
as gda 'gda:gamma=0.02'

# The mean of the iterates: with decay next to 0 it is the iterate, next to 1 the first generator.
train "$small" gda --steps 50 --evaluations 1 --average 1e-300 --json
is 'a mean without memory' "$(json averaged sliced_wasserstein)" "$(json sliced_wasserstein)"
train "$small" gda:gamma=1e-300 --steps 2 --evaluations 1 --average 0 --json
first=$(json sliced_wasserstein)
train "$small" gda --steps 50 --evaluations 1 --average 0.9999999999999999 --json
is 'a mean with nothing but memory' "$(json averaged sliced_wasserstein)" "$first"

run "$LERP_GAN" sample "$work/whole" "$work/points.npy" --count 100
exits 'samples' 0
is 'as numpy has them' "$(head -c 6 "$work/points.npy" | tr -d '\223')" NUMPY
is 'two single-precision numbers each' "$(wc -c <"$work/points.npy")" $((128 + 100 * 8))
run "$LERP_GAN" sample "$work/whole" "$work/all.npy"
cmp -s "$work/all.npy" "$work/whole/samples.npy"
report 'the same as at the end' $?
silent 'with nothing to say'

# A window of Lookahead that is left in the middle.
"$LERP_GAN" train "$small" la-gda:tau=1000000 --steps 10 --out "$work/middle" --checkpoint 0 >/dev/null 2>&1 &
stopped=$!
interrupt_at_checkpoint "$work/middle"
wait $stopped
run "$LERP_GAN" sample "$work/middle" "$work/points.npy" --count 10
says 'whose samples they are' 'inside of a window of Lookahead'
run "$LERP_GAN" sample "$work/middle" "$work/points.npy" --count 10 --mean
silent 'the mean is of what windows end with'

# Images.
XDG_CACHE_HOME=$work/cache
export XDG_CACHE_HOME
run "$LERP_GAN" make-shapes "$work/images" --count 60
exits 'images of shapes' 0
is 'records of 3073 bytes' "$(wc -c <"$work/images/data_batch_5.bin")" $((60 * 3073))
is 'ten names' "$(wc -l <"$work/images/batches.meta.txt")" 10
for networks in residual:width=2 convolutional:width=4 multilayer:width=16; do
  train "shapes:networks=$networks:latent=8:batch=8" gda --data "$work/images" --threads 1 --steps 4 --evaluations 1 \
    --out "$work/pictures" --json
  exits "shapes with $networks" 0
  is 'a distance that is a number' "$(json frechet | grep -Ec '^[0-9]+(\.[0-9]+)?$')" 1
done
is 'a grid of pictures' "$(head -c 4 "$work/pictures/samples.png" | tr -d '\211')" PNG
run "$LERP_GAN" sample "$work/pictures" "$work/folder" --count 3 --mean
exits 'a folder of pictures' 0
is 'one each' "$(find "$work/folder" -name '*.png' | wc -l)" 3
mv "$work/images/data_batch_3.bin" "$work/third"
no 'a file that is missing' 'data_batch_3.bin.*missing.*CIFAR-10 is at' train cifar10 adam --data "$work/images"
head -c $((59 * 3073)) "$work/third" >"$work/images/data_batch_3.bin"
no 'a file that lost a record' 'data_batch_3.bin. has 181307 bytes, data_batch_1.bin 184380.*CIFAR-10 is at' train cifar10 adam --data "$work/images"
no 'no folder at all' 'cifar10: no directory.*--data DIR.*CIFAR-10 is at' train cifar10 adam
no 'data that are not there' 'data_batch_1.bin.*missing.*CIFAR-10 is at' train cifar10 adam --data "$work/images/none"
no 'nor where the problem is spelled out' 'data_batch_1.bin.*missing.*CIFAR-10 is at' train gan:data=cifar10 adam --data "$work/images/none"
printf x >>"$work/images/data_batch_2.bin"
no 'a damaged file' 'data_batch_2.bin.*bytes.*CIFAR-10 is at' train cifar10 adam --data "$work/images"
no 'networks for images on points' 'multilayer is allowed' train ring:networks=residual adam
no 'an option that there is not' 'lerp-gan train --help' train ring adam --no-such
no 'a folder with a colon' 'without :' train shapes adam --data a:b

# Ctrl-C at any moment, also inside of oneDNN's own code.
ends=
for wait in 1.1 1.2 1.3 1.4 1.5; do
  status=0
  timeout --preserve-status -s INT $wait "$LERP_GAN" train ring gda --json >"$work/out" 2>"$work/err" || status=$?
  ends="$ends $status"
done
command='lerp-gan train ring gda, interrupted'
is 'every interrupt is 130' "$ends" ' 130 130 130 130 130'
is 'with what came out so far' "$(json outcome)" interrupted

# An iteration of a Lookahead may last for hours: it is watched, stopped and kept in the middle.
command='lerp-gan train ring la-gda with a long window, interrupted'
"$LERP_GAN" train "$small" la-gda:tau=10000000 --steps 10000000 --evaluations 1 --out "$work/window" --checkpoint 0 \
  --json >"$work/out" 2>"$work/err" &
stopped=$!
interrupt_at_checkpoint "$work/window"
wait $stopped
is 'an interrupt ends a window, which has a checkpoint' $? 130
is 'and is not an iteration yet' "$(json iterations)" 0
[ "$(json steps)" -gt 0 ]
report 'but has steps' $?

train "$small" gda:gamma=1e6 --steps 4000 --evaluations 1 --out "$work/away" --json
exits 'steps that are far too long' 1
says 'that there is no checkpoint' 'ran away.*no checkpoint'
is 'the outcome' "$(json outcome)" diverged
[ "$(json steps)" -lt 100 ]
report 'long before the next evaluation' $?
train "$small" gda:gamma=1e5 --steps 4000 --evaluations 1 --out "$work/away" --checkpoint 0
says 'the last good checkpoint is named' 'ran away by step [0-9]*; the last good checkpoint, of step [0-9]*, is .*away/checkpoint'

no 'no command' 'COMMAND'
no 'an unknown command' "did you mean 'train'" trian
no 'no method' 'METHOD is missing' train ring
no 'unknown data' 'data.*rnig' train rnig gda
no 'an unknown method' 'adma' train ring adma
no 'a parameter that there is not' 'depth' train ring:depth=3 gda
no 'a width that is none' 'width.*0' train ring:width=0 gda
no 'a list' 'list' train ring gda:gamma=0.1,0.2
no 'steps that are no number' 'steps.*many' train ring gda --steps many
no 'more evaluations than steps' 'evaluations' train ring gda --steps 3 --evaluations 4
no 'a decay above 1' 'decay.*2' train ring gda --decay 2
no 'both orders' 'exclude' train ring gda --alternating --simultaneous
no 'a method that needs exact values' 'without noise' train ring ramp
no 'a method that cannot take turns' 'turn' train ring ceg+:gamma=0.1 --alternating
no 'other coordinates' 'own coordinates' train ring:instance=1 gda
no 'to resume from nowhere' 'out DIR' train ring gda --resume
no 'to resume what is not there' 'checkpoint.*No such' train ring gda --resume --out "$work/absent"
no 'to resume another training' 'another training' train "$small" gda --steps 301 --evaluations 5 --resume --out "$work/whole"
head -c 2000 "$work/whole/checkpoint" >"$work/cut" && cp "$work/cut" "$work/killed/checkpoint"
no 'half a checkpoint' 'killed/checkpoint' train "$small" gda --steps 300 --evaluations 5 --resume --out "$work/killed"
no 'a folder that cannot be' 'cannot be made' train "$small" gda --out "$work/a/b/c"
no 'samples of nothing' 'training.json' sample "$work/absent" "$work/x.npy"
no 'pictures of points' 'only FILE.npy' sample "$work/whole" "$work/x.png"
if [ -e /dev/full ]; then
  ln -s /dev/full "$work/full.npy"
  no 'a full disk' 'cannot be written' sample "$work/whole" "$work/full.npy"
fi
run "$LERP_GAN" --version
shows 'version' '^lerp-gan [0-9]'
run "$LERP_GAN" train --help
shows 'help' 'alternating'
finish
