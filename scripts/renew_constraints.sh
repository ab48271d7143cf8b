#!/usr/bin/env bash
# Write constraints.txt anew: the newest versions that fit pyproject.toml, together.
#
#     scripts/renew_constraints.sh            # with python3.11, the oldest we support
#     PYTHON=python3.13 scripts/renew_constraints.sh
#
# Read the difference before you commit it, write down what is known of weaknesses
# (scripts/known_weaknesses.py --snapshot), and run .ci/run.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
python=${PYTHON:-python3.11}
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT

# What is pinned today must not hold back what is pinned tomorrow.
unset PIP_CONSTRAINT PIP_BUILD_CONSTRAINT

"$python" -m venv "$work/env"
"$work/env/bin/python" -m pip install --quiet --upgrade pip
# hatchling and editables build the package: pip takes them from here as well.
"$work/env/bin/python" -m pip install --quiet "$root[demo,dev]" hatchling editables
"$work/env/bin/python" -m pip freeze --exclude securelogin >"$work/frozen"

# Only names with versions: never an address from which something was taken.
if grep -vE '^[A-Za-z0-9._-]+==[A-Za-z0-9.!+_-]+$' "$work/frozen"; then
    echo "the lines above are no plain pins; constraints.txt is left as it was" >&2
    exit 1
fi

{
    cat <<'TOP'
# Versions with which .ci/run was last seen green: everything that the extras `demo`
# and `dev` pull, and what builds the package. To install just these:
#
#     PIP_CONSTRAINT=constraints.txt pip install -e ".[dev]"
#
# Made by scripts/renew_constraints.sh; renew with it, do not edit.
TOP
    cat "$work/frozen"
} >"$work/constraints.txt"
cp "$work/constraints.txt" "$root/constraints.txt"
echo "constraints.txt: $(wc -l <"$work/frozen") pins"
