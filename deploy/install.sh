#!/usr/bin/env bash
# Turns a fresh Debian 12 or 13, or Raspberry Pi OS Lite (64-bit), into a kiosk; run again, it updates
# or repairs one. As root:
#
#   install.sh                 install or update
#   install.sh --check         say what it would do, change nothing; exit 3 when there is something to
#                              do, 0 when not (which only a bundle knows: a checkout has to be built)
#   install.sh --uninstall     take everything away again, settings, key and state included
#
#   --bundle TAR|FOLDER        install from a bundle (`make bundle`), without a network; a bundle's own
#                              install.sh needs no such option
#
# It asks for PiOrchestrator's key, and for nothing when it has no terminal or KIOSK_UNATTENDED is set.
# What the environment says is taken over:
#
#   KIOSK_API_KEY_FILE KIOSK_TARGET_PASSWORD_FILE    files with secrets; copied, readable by root only
#   KIOSK_BASE_URL KIOSK_DISPLAY KIOSK_ROTATION KIOSK_LANG KIOSK_THEME KIOSK_TARGET_SSID
#                              settings for a new /etc/kiosk/kiosk.toml; one that is there is kept
#   KIOSK_START_SECONDS        how long an installed kiosk may take until its first picture (120)
set -euo pipefail

HERE=$(dirname "$(readlink -f "$0")")
ROOT=${KIOSK_INSTALL_ROOT:-} # another root, for tests of --check
OPT=$ROOT/opt/kiosk
# shellcheck disable=SC2034 # for the parts
ETC=$ROOT/etc/kiosk UNITS=$ROOT/etc/systemd/system

CHECK=
CHANGES=0
BUNDLE=
WORK=

say() { printf '== %s\n' "$*"; }
warn() { printf 'install: %s\n' "$@" >&2; }
fail() { warn "$@"; exit 1; }

for part in machine release settings start removal; do
    # shellcheck source=/dev/null
    source "$HERE/lib/$part.sh"
done

# ensure TEXT TEST APPLY...: does what is needed, unless it is so already; only says it with --check.
ensure() {
    local text=$1 test=$2
    if "$test"; then return; fi
    CHANGES=$((CHANGES + 1))
    if [[ $CHECK ]]; then say "would $text"; else say "${text^}"; "${@:3}"; fi
}

install_kiosk() {
    check_platform
    check_settings
    check_secrets
    if [[ $BUNDLE ]]; then
        ensure "install Debian packages" has_run_packages install_packages run
    else
        ensure "install Debian packages" has_all_packages install_packages develop
    fi
    find_release
    ensure "create the user kiosk with its groups" has_user create_user
    ensure "build $OPT/releases/$RELEASE" is_built build_release
    ensure "write /etc/kiosk/kiosk.toml" has_settings write_settings
    ensure "make $RELEASE the current one" is_current activate "$RELEASE"
    secrets
    ensure "take the login prompt off the panel" has_no_prompt take_console
    ensure "start the kiosk at boot" is_enabled enable_unit
    if [[ $CHECK ]]; then
        [[ $CHANGES -eq 0 ]] || exit 3
        say "There is nothing to do"
    elif [[ $CHANGES -gt 0 ]] || ! is_active; then
        sync -f "$ETC" # also what was not whole before a power cut is now
        ! is_running_system || systemctl daemon-reload
        start
        prune_releases
    else
        say "There is nothing to do: $RELEASE is on the panel"
    fi
}

uninstall_kiosk() {
    ensure "take away the kiosk, its settings, its key, its state and its user" is_gone remove_all
    [[ -z $CHECK || $CHANGES -eq 0 ]] || exit 3
    [[ $CHECK ]] || say "The kiosk is gone. Debian's packages stay: others may use them"
}

main() {
    local action=install_kiosk
    if [[ -d $HERE/wheels ]]; then BUNDLE=$HERE; fi
    while [[ $# -gt 0 ]]; do
        case $1 in
            --check) CHECK=1 ;;
            --uninstall) action=uninstall_kiosk ;;
            --bundle) BUNDLE=$(readlink -f "${2:?TAR or FOLDER}"); shift ;;
            -h | --help) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"; exit 0 ;;
            *) fail "unknown option $1; see --help" ;;
        esac
        shift
    done
    [[ $CHECK || $(id -u) -eq 0 ]] || fail "run it as root (sudo $0)"
    WORK=$(mktemp -d -p /var/tmp) # /tmp may be memory, of which a Pi has little
    trap 'rm -rf "$WORK"' EXIT
    if [[ -f $BUNDLE ]]; then
        tar -C "$WORK" -xf "$BUNDLE"
        BUNDLE=$WORK/kiosk
    fi
    if [[ $BUNDLE && $BUNDLE != "$HERE" ]]; then
        # A bundle brings the installer that fits it.
        "$BUNDLE/install.sh" ${CHECK:+--check}
    else
        "$action"
    fi
}

main "$@"
