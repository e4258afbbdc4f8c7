#!/usr/bin/env bash
# Part of install.sh: the panel is the kiosk's; it comes up, or the version before does.

is_enabled() { [[ -L $UNITS/multi-user.target.wants/kiosk.service ]]; }
has_no_prompt() { [[ ! -L $UNITS/getty.target.wants/getty@tty1.service ]]; }
enable_unit() { systemctl --quiet enable kiosk.service; }
take_console() {
    systemctl --quiet disable getty@tty1.service
    touch "$ETC/console-taken"
}

of_unit() { systemctl show -P "$1" kiosk.service; }
is_active() { is_running_system && [[ $(of_unit ActiveState) == active ]]; }
has_panel() { grep -qx connected /sys/class/drm/card*-*/status 2>/dev/null; }

# Restarts the kiosk; returns whether it drew its first picture in time. What has failed three times
# will not come up.
comes_up() {
    local until=$((SECONDS + ${KIOSK_START_SECONDS:-120})) before
    before=$(of_unit InvocationID)
    systemctl reset-failed kiosk.service 2>/dev/null || true
    systemctl restart --no-block kiosk.service
    while ((SECONDS < until)); do
        sleep 1
        [[ $(of_unit InvocationID) != "$before" ]] || continue
        [[ $(of_unit ActiveState) != active ]] || return 0
        (($(of_unit NRestarts) < 3)) || return 1
    done
    return 1
}

start() {
    if ! is_running_system; then
        say "This system is not running: the kiosk will start when it boots"
    elif ! has_panel; then
        say "No panel is connected: the kiosk will come up when there is one"
        systemctl restart --no-block kiosk.service
    elif comes_up; then
        touch "$OPT/releases/$RELEASE/came-up"
        say "The kiosk $RELEASE is on the panel"
    else
        why_not
        roll_back
    fi
}

why_not() {
    warn "$RELEASE did not come up. Its last words:"
    journalctl --unit=kiosk --output=cat --lines=12 --no-pager >&2 || true
}

roll_back() {
    if [[ -z $PREVIOUS || $PREVIOUS == "$RELEASE" ]]; then
        fail "There is no release before it. What may help: $OPT/current/venv/bin/kiosk doctor"
    fi
    say "Going back to $PREVIOUS"
    activate "$PREVIOUS"
    rm -rf "${OPT:?}/releases/$RELEASE"
    comes_up || fail "$PREVIOUS does not come up any more either"
    fail "$PREVIOUS is on the panel again; $RELEASE was taken away"
}
