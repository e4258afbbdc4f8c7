#!/usr/bin/env bash
# Part of install.sh: settings and secrets in /etc/kiosk.

DROP_IN=$UNITS/kiosk.service.d/credentials.conf
SETTINGS=(base_url display rotation lang theme target_ssid)

has_settings() { [[ -s $ETC/kiosk.toml ]]; }

# The release that is built says whether it takes them; only then they are put into place.
write_settings() {
    local file=$WORK/kiosk.toml wrong
    settings_file >"$file"
    wrong=$(wrong_with "$file") ||
        fail "the kiosk does not take these settings, and none was written:" "  $wrong"
    install -D -m 0644 "$file" "$ETC/kiosk.toml.new"
    mv "$ETC/kiosk.toml.new" "$ETC/kiosk.toml"
}

settings_file() {
    local name variable
    echo '# The settings of the kiosk; README.md explains all of them. An update leaves this file'
    echo '# alone. What is set on the panel wins over it.'
    for name in "${SETTINGS[@]}"; do
        variable=KIOSK_${name^^}
        [[ -z ${!variable:-} ]] || printf '%s = %s\n' "$name" "$(toml "$name" "${!variable}")"
    done
}

toml() { # a number for the one setting that is one, else a basic string
    local text=$2
    if [[ $1 == rotation && $text =~ ^(0|[1-9][0-9]*)$ ]]; then
        echo "$text"
    else
        text=${text//\\/\\\\}
        printf '"%s"\n' "${text//\"/\\\"}"
    fi
}

# Says what is wrong with a file of settings, by itself: without this environment, which wins over it.
wrong_with() {
    env -i HOME=/nonexistent "$OPT/releases/$RELEASE/venv/bin/python" -I -B -c '
import sys
from kiosk.settings import SettingsError, load
try:
    load(sys.argv[1])
except SettingsError as error:
    sys.exit(str(error))
' "$1" 2>&1
}

check_settings() { # what can be told before anything is built
    local name variable
    for name in "${SETTINGS[@]}"; do
        variable=KIOSK_${name^^}
        [[ ${!variable:-} != *[[:cntrl:]]* ]] || fail "$variable has a control character"
    done
}

# keep_secret NAME FILE: keeps a secret as root's; systemd hands it to the kiosk alone.
keep_secret() {
    local name=$1 file=$2
    install -d -m 0700 "$ETC/credentials"
    (umask 077 && tr -d '\r\n' <"$file" >"$ETC/credentials/$name.new")
    mv "$ETC/credentials/$name.new" "$ETC/credentials/$name"
}

same_secret() {
    [[ -e $ETC/credentials/$1 ]] && tr -d '\r\n' <"$2" | cmp -s - "$ETC/credentials/$1"
}
same_key() { same_secret api-key "$KIOSK_API_KEY_FILE"; }
same_password() { same_secret target-password "$KIOSK_TARGET_PASSWORD_FILE"; }

check_secrets() {
    local given
    for given in "${KIOSK_API_KEY_FILE:-}" "${KIOSK_TARGET_PASSWORD_FILE:-}"; do
        [[ -z $given || -r $given ]] || fail "cannot read $given"
    done
}

secrets() {
    if [[ ${KIOSK_API_KEY_FILE:-} ]]; then
        ensure "keep the key" same_key keep_secret api-key "$KIOSK_API_KEY_FILE"
    elif [[ -t 0 && -z ${KIOSK_UNATTENDED:-} && -z $CHECK && ! -s $ETC/credentials/api-key ]]; then
        ask_key
    fi
    if [[ ${KIOSK_TARGET_PASSWORD_FILE:-} ]]; then
        ensure "keep the target network's password" same_password \
            keep_secret target-password "$KIOSK_TARGET_PASSWORD_FILE"
    fi
    ensure "hand the secrets to the kiosk" has_drop_in write_drop_in
}

ask_key() {
    local key
    read -rsp "PiOrchestrator's API key (nothing is shown; Enter for none): " key
    echo
    [[ $key ]] || return 0
    (umask 077 && printf '%s' "$key" >"$WORK/key")
    keep_secret api-key "$WORK/key"
    CHANGES=$((CHANGES + 1))
}

drop_in() {
    local file
    echo '# Written by install.sh: the secrets that there are.'
    echo '[Service]'
    for file in "$ETC"/credentials/*; do
        [[ -e $file ]] && echo "LoadCredential=$(basename "$file"):${file#"$ROOT"}"
    done
    true
}
has_drop_in() { cmp -s <(drop_in) "$DROP_IN"; }
write_drop_in() {
    install -d -m 0755 "$(dirname "$DROP_IN")"
    drop_in >"$DROP_IN"
}
