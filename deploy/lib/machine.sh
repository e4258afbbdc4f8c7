#!/usr/bin/env bash
# Part of install.sh: is this a machine for the kiosk, and what does it lack?

GROUPS_NEEDED=(video render input tty audio)

check_platform() {
    local architecture
    architecture=${KIOSK_INSTALL_ARCHITECTURE:-$(uname -m)}
    case $architecture in
        aarch64 | x86_64) ;;
        *) fail "Kivy exists for 64-bit systems only; this one is $architecture." \
            "On a Pi, install the 64-bit Raspberry Pi OS Lite." ;;
    esac
    # shellcheck source=/dev/null
    RELEASE_NAME=$(. "$ROOT/etc/os-release" && echo "${ID:-} ${VERSION_ID:-} ${VERSION_CODENAME:-}")
    case $RELEASE_NAME in
        'debian 12 '* | 'raspbian 12 '*) RELEASE_NAME=bookworm ;;
        'debian 13 '* | 'raspbian 13 '*) RELEASE_NAME=trixie ;;
        *) fail "this is neither Debian 12 or 13 nor a Raspberry Pi OS of these: $RELEASE_NAME" ;;
    esac
    command -v systemctl >/dev/null || fail "systemd is needed to start and watch the kiosk."
}

has_packages() { [[ -z $("$HERE/setup.sh" missing "$1") ]]; }
has_run_packages() { has_packages run; }
has_all_packages() { has_packages develop; }

install_packages() {
    if [[ $BUNDLE ]]; then use_bundled_packages; fi
    "$HERE/setup.sh" packages "$1"
    unset APT_CONFIG
}

use_bundled_packages() { # apt sees the bundle's packages only, and forgets them afterwards
    local debs=$BUNDLE/debs/$RELEASE_NAME
    [[ -d $debs ]] || fail "the bundle has no packages for $RELEASE_NAME"
    mkdir -p "$WORK/apt/lists/partial"
    printf 'deb [trusted=yes] file://%s ./\n' "$debs" >"$WORK/apt/sources.list"
    cat >"$WORK/apt/apt.conf" <<EOF
Dir::Etc::SourceList "$WORK/apt/sources.list";
Dir::Etc::SourceParts "-";
Dir::State::Lists "$WORK/apt/lists";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
APT::Sandbox::User "root";
EOF
    export APT_CONFIG=$WORK/apt/apt.conf
}

has_user() {
    local group names
    names=" $(id -nG kiosk 2>/dev/null) " || return 1
    for group in "${GROUPS_NEEDED[@]}"; do [[ $names == *" $group "* ]] || return 1; done
}

create_user() {
    id kiosk >/dev/null 2>&1 || useradd --system --user-group --home-dir /var/lib/kiosk \
        --no-create-home --shell /usr/sbin/nologin --comment 'Kiosk for PiOrchestrator' kiosk
    usermod --append --groups "$(IFS=, && echo "${GROUPS_NEEDED[*]}")" kiosk
}
