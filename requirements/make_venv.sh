#!/usr/bin/env bash
# Makes a virtual environment with a Python that is new enough, and puts uv into it.
# Arguments: its folder, the Python to use (without one: the first of the usual names that is new enough).
set -euo pipefail
folder=$1 named=${2:-}
enough='import sys; sys.exit(sys.version_info < (3, 11))'
python=
for name in ${named:-python3 python3.14 python3.13 python3.12 python3.11}; do
  if "$name" -c "$enough" 2>/dev/null; then
    python=$name
    break
  fi
done
if [ -z "$python" ]; then
  seen=$("${named:-python3}" --version 2>/dev/null || echo "none was found")
  echo "Motcua needs Python 3.11 or later ($seen); name one: make PYTHON=python3.12 …" >&2
  exit 2
fi
echo "Making $folder"
if ! said=$("$python" -m venv "$folder" 2>&1); then
  echo "$python cannot make virtual environments (on Debian: apt-get install python3-venv): ${said%%$'\n'*}" >&2
  exit 2
fi
"$folder/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
touch "$folder/bin/uv"
