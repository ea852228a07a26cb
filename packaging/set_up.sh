#!/bin/sh
# Sets this checkout up: Debian packages, virtual environment, locked packages, translations.
# Usage: packaging/set_up.sh run|test|bench.  Repeats in a second when nothing changed.
set -eu
cd "$(dirname "$0")/.."
kind=${1:-run}

wanted() { sed '/^#/d;/^$/d' packaging/debian/run.txt; [ "$kind" = run ] || sed '/^#/d;/^$/d' packaging/debian/test.txt; [ "$kind" != bench ] || sed '/^#/d;/^$/d' packaging/debian/bench.txt; }
missing() {
  command -v dpkg-query >/dev/null || return 0
  for package in $(wanted); do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
  done
}

packages=$(missing | tr '\n' ' ')
if [ -n "$packages" ]; then
  if [ "$(id -u)" = 0 ]; then as=""
  elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then as="sudo"
  else
    echo "These Debian packages are missing and cannot be installed without root: $packages" >&2
    echo "Install them (apt-get install $packages) and run make again; nothing was changed." >&2
    exit 2
  fi
  echo "Installing Debian packages: $packages"
  $as apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $as apt-get install -y -qq --no-install-recommends $packages >/dev/null
fi

python=""
for candidate in python3.11 python3.12 python3.13 python3; do
  if command -v "$candidate" >/dev/null && "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python=$candidate; break
  fi
done
[ -n "$python" ] || { echo "Python 3.11 or newer with its venv module is needed; install it and run make again." >&2; exit 2; }

lock=packaging/locks/development.lock
stamp=.venv/locked-$(sha256sum "$lock" | cut -c1-16)
if [ ! -f "$stamp" ]; then
  [ -x .venv/bin/python ] || "$python" -m venv .venv
  echo "Installing locked Python packages"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
  printf '#!/bin/sh\nexec "%s/.venv/bin/python" -m app "$@"\n' "$PWD" > .venv/bin/shilu
  chmod +x .venv/bin/shilu
  printf '%s\n' "$PWD" > "$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/shilu.pth"
  rm -f .venv/locked-*
  touch "$stamp"
fi

.venv/bin/python packaging/translations.py
