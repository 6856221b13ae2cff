#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs the Debian packages that are missing: bench/install.sh PACKAGE[=NAME]...
# A package also counts as there when NAME is a command or a pkg-config module that is found, so that a
# library built by hand or another variant of a package is left in peace.
set -eu

fail() {
  echo "install.sh: error: $*" >&2
  exit 1
}

is_there() {
  package=${1%%=*}
  name=${1#*=}
  if dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed; then
    return 0
  fi
  [ "$name" != "$1" ] || return 1
  command -v "$name" >/dev/null 2>&1 || pkg-config --exists "$name" 2>/dev/null
}

# Runs apt-get as root without questions; shows what it printed only when it failed.
apt_get() {
  printed=$(
    $as_root env DEBIAN_FRONTEND=noninteractive \
      apt-get -qq -y -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=120 "$@" 2>&1
  ) || {
    printf '%s\n' "$printed" >&2
    fail "apt-get $1 failed (its output is above)"
  }
}

missing=
for need; do
  is_there "$need" || missing="$missing ${need%%=*}"
done
[ -n "$missing" ] || exit 0

command -v apt-get >/dev/null 2>&1 ||
  fail "missing:$missing; this system has no apt-get, please install what these Debian packages hold"
if [ "$(id -u)" -eq 0 ]; then
  as_root=
elif command -v sudo >/dev/null 2>&1; then
  as_root=sudo
else
  fail "missing:$missing; installing them needs root or sudo, as root: apt-get install$missing"
fi

echo "installing:$missing" >&2
apt_get update
# shellcheck disable=SC2086  # one word per package
apt_get install --no-install-recommends $missing
