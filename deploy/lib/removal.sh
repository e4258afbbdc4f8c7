#!/usr/bin/env bash
# Part of install.sh: everything is taken away again.

is_gone() { [[ ! -e $OPT && ! -e $ETC ]] && ! id kiosk >/dev/null 2>&1; }

remove_all() {
    local file unit had_prompt=
    [[ -e $ETC/console-taken ]] && had_prompt=1
    if is_running_system; then
        for unit in kiosk kiosk-view; do systemctl --quiet disable --now "$unit.service" || true; done
    fi
    rm -f "$UNITS/multi-user.target.wants/kiosk.service"
    while IFS= read -r file; do
        rm -f "$ROOT/$file"
    done < <(files_of "$OPT/current")
    rm -rf "$UNITS"/kiosk.service.{d,requires} "$OPT" "$ETC"
    rm -rf "$ROOT/var/lib/kiosk" "$ROOT/var/cache/kiosk"
    rmdir "$ROOT"/media/kiosk/* 2>/dev/null || true # where sticks were; one that is there stays
    rmdir "$ROOT"/etc/systemd/{journald,logind}.conf.d "$ROOT/media/kiosk" 2>/dev/null || true
    if id kiosk >/dev/null 2>&1; then userdel kiosk; fi
    [[ -z $had_prompt ]] || systemctl --quiet enable getty@tty1.service
    if is_running_system; then
        reload_system
        systemctl reset-failed kiosk.service 2>/dev/null || true
        [[ -z $had_prompt ]] || systemctl start getty@tty1.service
    fi
}
