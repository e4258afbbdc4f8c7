#!/usr/bin/env bash
# Makes two versions after this one, for the test of upgrades: one that works, and one that ends
# before it has drawn anything.
#
#   upgrades.sh PYTHON TAR
set -euo pipefail
python=$1 tar=$(readlink -m "$2")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

wheel() { # VERSION: a wheel of the tree as it is in $work/tree
    sed -i "s/^version = .*/version = \"$1\"/" "$work/tree/pyproject.toml"
    "$python" -m pip wheel -q --no-deps --no-build-isolation -w "$work/wheels" "$work/tree"
}

mkdir "$work/tree"
git ls-files -z kiosk assets pyproject.toml setup.py MANIFEST.in constraints.txt README.md |
    xargs -0 cp --no-dereference --parents -t "$work/tree"
wheel 99.0+next
cat >>"$work/tree/kiosk/cli/run.py" <<'EOF'


def run(*_args: object) -> int:
    """Fail, as a broken version would."""
    raise SystemExit("this version is broken")
EOF
wheel 99.1+broken
tar -C "$work/wheels" -cf "$tar" .
