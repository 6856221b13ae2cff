#!/bin/sh
# SPDX-License-Identifier: MIT
# Fails when a C or C++ file is not formatted as .clang-format says; 77 (skipped) without clang-format.
set -eu
cd -- "$(dirname -- "$0")/.."
command -v clang-format >/dev/null 2>&1 || exit 77
find bench lib problems reports tests \( -name '*.c' -o -name '*.h' -o -name '*.cc' \) \
  -exec clang-format --dry-run -Werror --style=file {} +
