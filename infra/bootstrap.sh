#!/usr/bin/env bash
# Makes the environment, the tools of the tests and the lock. Says one sentence and ends with 2 when something is missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
venv=$root/.venv

trouble() { echo "$*" >&2; exit 2; }
step() { printf '%s\n' "$*"; }

as_root() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

apt_install() { # packages: installs them as root, silently unless it fails
  as_root || trouble "Не хватает: $*. Выполните: sudo apt-get install -y $*"
  step "Устанавливаю: $*"
  local log; log=$(mktemp)
  if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"; } \
      >"$log" 2>&1 </dev/null; then
    tail -n 5 "$log" >&2
    trouble "Не удалось установить: $*. Проверьте сеть и выполните: apt-get install -y $*"
  fi
  rm -f "$log"
}

find_python() { # prints a Python the lock was made for
  local name
  for name in python3.11 python3; do
    if "$name" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then
      command -v "$name"
      return
    fi
  done
  as_root || trouble "Нужен Python 3.11. Выполните: sudo apt-get install -y python3 python3-venv"
  apt_install python3 python3-venv >&2
  python3 -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || trouble "Нужен Python 3.11, найден $(python3 -V)."
  command -v python3
}

check_space() { # megabytes wanted in this folder
  local free; free=$(df -Pm . | awk 'NR == 2 { print $4 }')
  [ "$free" -ge "$1" ] || trouble "На диске мало места: свободно $free МБ, нужно $1 МБ. Освободите место в $root."
}

make_venv() { # a fresh .venv with the pinned uv in it
  local python; python=$(find_python)
  check_space 2500
  rm -rf "$venv"
  if "$python" -c 'import ensurepip' 2>/dev/null; then
    "$python" -m venv "$venv"
  elif ! as_root && "$python" -m pip --version >/dev/null 2>&1; then
    "$python" -m venv --without-pip "$venv"
    "$python" -m pip --python "$venv/bin/python" install --quiet --require-hashes -r infra/deploy/uv.txt
    return
  else
    apt_install python3-venv
    "$python" -m venv "$venv"
  fi
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r infra/deploy/uv.txt ||
    trouble "Не удалось скачать uv. Проверьте сеть и повторите команду."
}

link_project() { # `feeder` and our packages inside .venv, without building anything
  local site; site=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
  printf '%s\n' "$root" >"$site/feeder.pth"
  printf '#!/bin/sh\nexec "%s" -m infra.cli "$@"\n' "$venv/bin/python" >"$venv/bin/feeder"
  chmod 755 "$venv/bin/feeder"
}

environment() {
  local stamp=$venv/feeder.stamp want
  want="$root $(cat requirements.txt infra/deploy/uv.txt infra/bootstrap.sh | sha256sum | cut -c1-64)"
  if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ] && [ -x "$venv/bin/python" ]; then
    return
  fi
  local began=$SECONDS
  step "Готовлю окружение .venv: один раз, около минуты."
  if ! "$venv/bin/uv" --version >/dev/null 2>&1 || ! "$venv/bin/python" -c '' 2>/dev/null || ! grep -qF -- " $venv" "$venv/pyvenv.cfg"; then
    make_venv
  fi
  "$venv/bin/uv" pip sync --quiet --python "$venv/bin/python" --require-hashes requirements.txt ||
    trouble "Не удалось установить пакеты из requirements.txt. Проверьте сеть и место на диске и повторите команду."
  link_project
  printf '%s' "$want" >"$stamp"
  step "Окружение готово: $((SECONDS - began)) с."
}

tools() { # what the tests need beside Python
  local missing=()
  command -v chromium >/dev/null || missing+=(chromium)
  command -v pdftotext >/dev/null || missing+=(poppler-utils)
  command -v openssl >/dev/null || missing+=(openssl)
  compgen -G '/usr/lib/*/engines-3/gost.so' >/dev/null || missing+=(libengine-gost-openssl)
  compgen -G '/usr/lib/*/engines-3/pkcs11.so' >/dev/null || missing+=(libengine-pkcs11-openssl)
  [ -e /usr/lib/softhsm/libsofthsm2.so ] || missing+=(softhsm2)
  ldconfig -p 2>/dev/null | grep -q 'libgomp\.so\.1' || [ -e /usr/lib/x86_64-linux-gnu/libgomp.so.1 ] || missing+=(libgomp1)
  ldconfig -p 2>/dev/null | grep -q 'libgcrypt\.so\.20' || [ -e /usr/lib/x86_64-linux-gnu/libgcrypt.so.20 ] || missing+=(libgcrypt20)
  [ ${#missing[@]} -eq 0 ] || apt_install "${missing[@]}"
  # Only makes the tests of pages quicker: where it cannot be had, Chromium itself is used
  if as_root && ! command -v chromium-headless-shell >/dev/null; then
    (apt_install chromium-headless-shell) || step "Продолжаю без chromium-headless-shell."
  fi
}

lock() { # exact versions with hashes, no addresses; and uv alone for the first step
  "$venv/bin/uv" pip compile --quiet --generate-hashes --no-emit-index-url --no-header --python-version 3.11 \
    requirements.in -o requirements.txt
  awk '/^uv==/ { on = 1 } on { if (/# via/) exit; print }' requirements.txt >infra/deploy/uv.txt
}

case "${1:-}" in
  env) environment ;;
  tools) tools ;;
  lock) lock ;;
  *) trouble "infra/bootstrap.sh env | tools | lock" ;;
esac
