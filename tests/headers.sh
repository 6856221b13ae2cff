#!/bin/sh
# SPDX-License-Identifier: MIT
# Compiles every public header alone, as C11 and as C++17; 77 (skipped) after the C part without a C++ compiler.
# Usage: headers.sh INCLUDE_DIRECTORY; CC and CXX name the compilers.
set -eu
include=$1
warnings='-Wall -Wextra -Wpedantic -Wshadow -Werror'

# Twice, so that a missing guard shows; with a declaration, because export.h has none.
compile() {
  compiler=$1 language=$2 standard=$3
  for header in "$include"/lerp/*.h; do
    name=lerp/${header##*/}
    # $compiler and $warnings are lists of words
    # shellcheck disable=SC2086
    printf '#include <%s>\n#include <%s>\nextern int something;\n' "$name" "$name" |
      $compiler -x "$language" -std="$standard" $warnings -fsyntax-only -I"$include" - ||
      {
        echo "$name does not compile alone as $standard" >&2
        exit 1
      }
  done
}

compile "${CC:-cc}" c c11
command -v "${CXX:-c++}" >/dev/null 2>&1 || exit 77
compile "${CXX:-c++}" c++ c++17
