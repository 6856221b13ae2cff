#!/bin/sh
# SPDX-License-Identifier: MIT
# Compares the symbols that the shared library exports with the list in symbols.txt; names that begin with an
# underscore are the compiler's. 77 (skipped) without nm.
# Usage: symbols.sh LIBRARY; symbols.sh --update LIBRARY rewrites the list.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
list=$here/symbols.txt
command -v nm >/dev/null 2>&1 || exit 77

exported() {
  nm -D --defined-only -- "$1" | awk '$3 !~ /^_/ { print $3 }' | LC_ALL=C sort
}

if [ "$1" = --update ]; then
  exported "$2" >"$list"
  exit
fi
exported "$1" | diff -u "$list" - || {
  echo "the exported symbols differ from tests/symbols.txt; if that is intended: tests/symbols.sh --update LIBRARY" >&2
  exit 1
}
