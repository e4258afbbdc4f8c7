#!/usr/bin/env bash
# Gathers what a machine without a network needs to install the kiosk.
#
#   deploy/bundle.sh parts RELEASE ARCH FOLDER   Debian packages and wheels of everything but the kiosk
#   deploy/bundle.sh pack FOLDER TAR WHEEL...    one tar of the parts in FOLDER/* and the kiosk's wheel
#
# RELEASE is bookworm or trixie, ARCH amd64 or arm64. The wheels are built in a system of that release
# and that processor, so that they fit its Python and its cairo; a foreign processor is emulated.
# It is run as root (or with sudo) and uses mmdebstrap.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() { printf 'bundle: %s\n' "$@" >&2; exit 1; }
say() { printf '== %s\n' "$*"; }

requirements() { # what pyproject.toml asks for, one a line
    python3 -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["dependencies"], sep="\n")'
}

emulated() { # make programs of another processor run here
    [[ $1 == "$(dpkg --print-architecture)" ]] && return
    [[ -e /proc/sys/fs/binfmt_misc/register ]] ||
        mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc
    [[ -e /proc/sys/fs/binfmt_misc/qemu-aarch64 ]] || update-binfmts --enable qemu-aarch64
}

parts() {
    local release=$1 arch=$2 out=$3 work run_packages build_packages
    work=$(mktemp -d)
    # shellcheck disable=SC2064 # the folder of now
    trap "rm -rf '$work'" EXIT
    emulated "$arch"
    read -ra run_packages <<<"$(deploy/setup.sh list run)"
    read -ra build_packages <<<"$(deploy/setup.sh list build)"
    mkdir "$work/in" "$work/out" "$work/out/debs" "$work/out/wheels"
    requirements >"$work/in/requirements.txt"
    cp constraints.txt "$work/in"
    # The certificates and the index that pip is told of on this machine count in there, too.
    cp -L "${PIP_CERT:-/etc/ssl/certs/ca-certificates.crt}" "$work/in/certificates.crt"
    cat >"$work/in/build.sh" <<EOF
set -eu
unset PIP_FIND_LINKS
export DEBIAN_FRONTEND=noninteractive HOME=/root
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
# An emulated processor may be so slow with a handshake that the other end gives up.
export PIP_RETRIES=20 PIP_DEFAULT_TIMEOUT=300
${PIP_INDEX_URL:+export PIP_INDEX_URL="$PIP_INDEX_URL"}
apt-get -qq -o Dir::Cache::Archives=/out/debs --yes --no-install-recommends \\
    install --download-only ${run_packages[*]}
apt-get -qq --yes --no-install-recommends install ${run_packages[*]} ${build_packages[*]} dpkg-dev \\
    >/dev/null 2>&1
cp /in/certificates.crt /etc/ssl/certs/ca-certificates.crt
rm -rf /out/debs/lock /out/debs/partial
cd /out/debs && dpkg-scanpackages --multiversion . >Packages 2>/dev/null
python3 -m venv /venv
/venv/bin/pip install -q -c /in/constraints.txt pip
/venv/bin/pip wheel -q -w /out/wheels -c /in/constraints.txt \\
    --build-constraint /in/constraints.txt -r /in/requirements.txt
EOF
    # In a mount namespace of its own, so that nothing that it mounts can be kept busy by others.
    say "Gathering packages and wheels for $release on $arch"
    unshare --mount mmdebstrap --quiet --variant=minbase --mode=root --architectures="$arch" \
        --customize-hook="copy-in '$work/in' /" \
        --customize-hook="mkdir -p \"\$1/out/debs/partial\" \"\$1/out/wheels\"" \
        --customize-hook="chroot \"\$1\" sh /in/build.sh" \
        --customize-hook="copy-out /out/debs /out/wheels '$work/out'" \
        "$release" /dev/null
    rm -rf "$out"
    mkdir -p "$(dirname "$out")"
    mv "$work/out" "$out"
}

pack() {
    local from=$1 tar work release
    tar=$(readlink -m "$2")
    shift 2
    work=$(mktemp -d)
    # shellcheck disable=SC2064 # the folder of now
    trap "rm -rf '$work'" EXIT
    mkdir -p "$work/kiosk/wheels" "$work/kiosk/debs"
    for release in "$from"/*/; do
        # Wheels of the two releases differ by Python; what they have in common is there once.
        cp -n "$release"/wheels/*.whl "$work/kiosk/wheels"
        cp -r "$release/debs" "$work/kiosk/debs/$(basename "$release")"
    done
    cp "$@" "$work/kiosk/wheels"
    cp constraints.txt "$work/kiosk"
    cp -r deploy/install.sh deploy/setup.sh deploy/lib deploy/system "$work/kiosk"
    tar -C "$work" --owner=0 --group=0 --sort=name -cf "$tar" kiosk
    say "$tar: $(du -h "$tar" | cut -f1)"
}

[[ $(id -u) -eq 0 ]] || exec sudo --preserve-env=PIP_CERT,PIP_INDEX_URL "$0" "$@"
case ${1:-} in
    parts) parts "${2:?release}" "${3:?architecture}" "${4:?folder}" ;;
    pack) pack "${@:2}" ;;
    *) fail "usage: bundle.sh parts RELEASE ARCH FOLDER | pack FOLDER TAR WHEEL..." ;;
esac
