#!/usr/bin/env bash
# What `make` needs of the system before pip can start.
#
#   deploy/setup.sh packages [FOR]   install the Debian packages that are missing
#   deploy/setup.sh missing [FOR]    name them
#   deploy/setup.sh list FOR         name all that are needed
#   deploy/setup.sh venv FOLDER      create a virtual environment with a suitable Python
#
# FOR is what they are needed for: run (the kiosk), build (its wheels), develop (both, the default),
# tests (these, too), bench and browser (`make bench`), bundle (`make bundle`), boot (`make
# boot-test`).
set -euo pipefail

# SDL and Kivy load these by name: neither pip nor ldd would miss them.
RUN_PACKAGES=(
    python3 python3-venv
    libgl1 libgl1-mesa-dri libegl1 libgles2 libgbm1 libdrm2 libudev1 libmtdev1
    libcairo2 libasound2
)

# KivyMD needs pycairo, of which there is no wheel for Linux, and materialyoucolor, of which there
# is none for aarch64. A Pi therefore needs a compiler in any case, and building both is the one way
# that is the same on every machine and keeps the versions of constraints.txt. Debian's
# python3-cairo would spare only the first of them, and would open the environment to whatever else
# the system has installed. With wheels of these two at hand, only RUN_PACKAGES are needed.
BUILD_PACKAGES=(python3-dev gcc g++ pkg-config libcairo2-dev)

# Bundles are made in a system of the release and the processor that they are for.
BUNDLE_PACKAGES=(mmdebstrap debian-archive-keyring qemu-user-static binfmt-support arch-test)
BOOT_PACKAGES=(qemu-system-x86 qemu-utils e2fsprogs dosfstools)

# Tests that set the clock of a whole process; they are skipped without it.
TEST_PACKAGES=(libfaketime)

# What the kiosk is measured on, and beside.
BENCH_PACKAGES=(xvfb libxtst6)
BROWSER_PACKAGES=(chromium)

say() { printf '== %s\n' "$*"; }
fail() { printf 'setup: %s\n' "$@" >&2; exit 1; }

missing_packages() {
    # A package also counts when another provides it, as libmtdev1t64 does libmtdev1.
    local installed name
    installed=" $(dpkg-query -W -f '${db:Status-Status} ${Package}, ${Provides}\n' |
        sed -n 's/^installed //p' | sed 's/([^)]*)//g' | tr -s ',\n' ' ') "
    for name in "${PACKAGES[@]}"; do
        [[ $installed == *" $name "* ]] || echo "$name"
    done
}

install_packages() {
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        fail "this is not Debian; the names of the packages that are needed are Debian's:" \
            "  ${PACKAGES[*]}" \
            "Install what they are called here, then run make again with SYSTEM=ready."
    fi
    case $(dpkg --print-architecture) in
        amd64 | arm64) ;;
        *) fail "Kivy exists for 64-bit x86 and ARM systems only; this one is" \
            "  $(dpkg --print-architecture). On a Pi, install the 64-bit Raspberry Pi OS." ;;
    esac

    local -a missing
    mapfile -t missing < <(missing_packages)
    [[ ${#missing[@]} -gt 0 ]] || return 0
    BY_HAND="As root: apt-get install ${missing[*]}"
    if [[ $(id -u) -ne 0 ]]; then
        command -v sudo >/dev/null || fail "packages are missing and there is no sudo." "$BY_HAND"
        say "sudo, to install Debian packages"
        sudo true || fail "packages are missing and sudo refuses." "$BY_HAND"
        AS_ROOT=(sudo)
    fi

    say "Installing Debian packages: ${missing[*]}"
    if ! apt --simulate install "${missing[@]}" >/dev/null 2>&1; then
        update_list
        install "${missing[@]}" || fail "apt could not install everything." "$BY_HAND"
    elif ! install "${missing[@]}"; then # an old list names versions that are gone
        update_list
        install "${missing[@]}" || fail "apt could not install everything." "$BY_HAND"
    fi
}

AS_ROOT=()

as_root() { "${AS_ROOT[@]}" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@"; }
apt() { as_root apt-get -q -o DPkg::Lock::Timeout=300 "$@"; }

update_list() {
    say "Updating the list of packages"
    apt update 2>&1 | sed -n '/^E/p; /^W:/p' || true # a source that fails need not be one of ours
}

install() {
    # What a power cut has interrupted comes first: until it is finished, apt does nothing else. What
    # cannot be finished here, apt says below.
    as_root dpkg --force-confdef --force-confold --configure -a </dev/null >/dev/null 2>&1 || true
    apt install --yes --no-install-recommends --no-remove --fix-broken >/dev/null 2>&1 || true
    apt install --yes --no-install-recommends "$@" 2>&1 | milestones
}

milestones() { # shows that apt goes on, in a few lines, and what it complains about
    local line total=0 got=0 ready=0
    while IFS= read -r line; do
        case $line in
            *' newly installed'*) [[ $line =~ ([0-9]+)\ newly ]] && total=${BASH_REMATCH[1]} ;;
            'Need to get'*) echo "   ${line%%. *}" ;;
            Get:*) ((++got % 25)) || echo "   $got of $total fetched" ;;
            'Setting up'*) ((++ready % 25)) || echo "   $ready of $total set up" ;;
            E:* | W:* | Err:* | dpkg:*) echo "   $line" ;;
        esac
    done
}

suitable() {
    "$1" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
        >/dev/null 2>&1
}

create_venv() {
    local name
    for name in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        if suitable "$name"; then
            say "Creating $1 with $("$name" --version)"
            exec "$name" -m venv --clear "$1"
        fi
    done
    fail "Python 3.11, 3.12 or 3.13 with its venv module is needed; none of these is:" \
        "  ${PYTHON:-python3 python3.13 python3.12 python3.11}" \
        "Name one: make PYTHON=/path/to/python3.13 ..."
}

case ${2:-develop} in
    run) PACKAGES=("${RUN_PACKAGES[@]}") ;;
    build) PACKAGES=("${BUILD_PACKAGES[@]}") ;;
    tests) PACKAGES=("${RUN_PACKAGES[@]}" "${BUILD_PACKAGES[@]}" "${TEST_PACKAGES[@]}") ;;
    bench) PACKAGES=("${BENCH_PACKAGES[@]}") ;;
    browser) PACKAGES=("${BROWSER_PACKAGES[@]}") ;;
    bundle) PACKAGES=("${BUNDLE_PACKAGES[@]}") ;;
    boot) PACKAGES=("${BUNDLE_PACKAGES[@]}" "${BOOT_PACKAGES[@]}") ;;
    *) PACKAGES=("${RUN_PACKAGES[@]}" "${BUILD_PACKAGES[@]}") ;;
esac

case ${1:-} in
    packages) install_packages ;;
    missing) missing_packages ;;
    list) echo "${PACKAGES[*]}" ;;
    venv) create_venv "${2:?folder}" ;;
    *) fail "usage: setup.sh packages [FOR] | missing [FOR] | list FOR | venv FOLDER" ;;
esac
