#!/usr/bin/env bash
# Part of install.sh: versions beside each other in /opt/kiosk, and the one that is current.
# shellcheck disable=SC2034 # what it finds is for the others

# Sets WHEELS (a folder), RELEASE (the version and what tells two builds of it apart) and PREVIOUS.
find_release() {
    local wheel
    PREVIOUS=$(last_that_came_up)
    if [[ $BUNDLE ]]; then
        WHEELS=$BUNDLE/wheels
    elif [[ $CHECK ]]; then
        RELEASE=$(sed -n 's/^version = "\(.*\)"/\1/p' "$HERE/../pyproject.toml")-tree
        return
    else
        build_wheels
    fi
    wheel=$(find "$WHEELS" -name 'kiosk-*.whl' | sort | tail -n 1)
    [[ $wheel ]] || fail "there is no wheel of the kiosk in $WHEELS"
    RELEASE=$(basename "$wheel" | cut -d- -f2)-$(release_hash "$wheel")
}

release_hash() { # of the wheel and of what is put into /etc
    { cat "$1" && cd "$HERE/system" && find . -type f | sort | xargs cat; } | sha256sum | cut -c1-8
}

build_wheels() {
    WHEELS=$WORK/wheels
    say "Building the kiosk and what it needs from $(dirname "$HERE") (minutes on a Pi)"
    python3 -m venv "$WORK/venv"
    export PIP_DISABLE_PIP_VERSION_CHECK=1 SOURCE_DATE_EPOCH=315532800
    "$WORK/venv/bin/pip" install -q -c "$HERE/../constraints.txt" pip
    # A copy, so that building leaves nothing behind in somebody's tree.
    mkdir "$WORK/tree"
    tar -C "$HERE/.." --exclude='./.*' --exclude=./build --exclude=./tests -c . | tar -C "$WORK/tree" -x
    "$WORK/venv/bin/pip" wheel -q -w "$WHEELS" -c "$HERE/../constraints.txt" \
        --build-constraint "$HERE/../constraints.txt" "$WORK/tree"
}

# Where Debian was upgraded in place, a complete one has no Python any more that finds its packages.
is_built() {
    local folder=$OPT/releases/$RELEASE
    [[ -e $folder/complete ]] && "$folder/venv/bin/python" -I -B -c 'import kiosk.__main__' 2>/dev/null
}

build_release() {
    local folder=$OPT/releases/$RELEASE pip
    rm -rf "$folder"
    install -d -m 0755 "$OPT" "$OPT/releases" "$folder"
    # Without a pip of its own, which nothing needs when it runs: Debian keeps one for environments.
    python3 -m venv --without-pip "$folder/venv"
    pip=$(find /usr/share/python-wheels -name 'pip-*.whl')/pip
    "$folder/venv/bin/python" "$pip" --isolated install -q \
        --disable-pip-version-check --no-compile --root-user-action=ignore \
        --no-index --find-links "$WHEELS" "kiosk==${RELEASE%-*}"
    # Nobody may write there when it runs, and a clock that was not set must not make it look stale.
    "$folder/venv/bin/python" -m compileall -q -j 0 --invalidation-mode unchecked-hash \
        "$folder/venv/lib" >/dev/null || true # some package brings a template that is no Python
    cp -r "$HERE/system" "$folder/system"
    chmod -R go+rX,go-w "$folder"
    sync -f "$folder"
    touch "$folder/complete"
}

# The release to go back to: the current one if it has ever been on the panel, else the newest that was.
last_that_came_up() {
    if [[ -e $OPT/current/came-up ]] || is_active; then
        current_release
    elif [[ -e $OPT/releases ]]; then
        find "$OPT/releases" -mindepth 2 -maxdepth 2 -name came-up -printf '%T@ %h\n' |
            sort -n | sed -n '$s|.*/||p'
    fi
}

current_release() { basename "$(readlink "$OPT/current" 2>/dev/null)" 2>/dev/null || true; }
is_current() { [[ $(current_release) == "$RELEASE" ]] && is_placed; }
is_placed() {
    local file
    while IFS= read -r file; do
        cmp -s "$OPT/releases/$RELEASE/system/$file" "$ROOT/$file" || return 1
    done < <(files_of "$OPT/releases/$RELEASE")
}

files_of() { (cd "$1/system" 2>/dev/null && find etc -type f) || true; }

# Makes a release the current one: its files in /etc, and the link that the unit starts from.
activate() {
    local release=$1 file
    while IFS= read -r file; do
        [[ -e $OPT/releases/$release/system/$file ]] || rm -f "$ROOT/$file"
    done < <(files_of "$OPT/current")
    while IFS= read -r file; do
        install -D -m 0644 "$OPT/releases/$release/system/$file" "$ROOT/$file"
    done < <(files_of "$OPT/releases/$release")
    ln -sfn "releases/$release" "$OPT/current.new"
    mv -T "$OPT/current.new" "$OPT/current"
    sync -f "$OPT"
    reload_system
}

reload_system() { # what is not running here (udev in a container) needs no reload
    is_running_system || return 0
    systemctl daemon-reload
    udevadm control --reload 2>/dev/null || true
    udevadm trigger --action=change --subsystem-match=backlight 2>/dev/null || true
    systemctl try-restart systemd-journald.service || true
    systemctl kill --signal=HUP systemd-logind.service 2>/dev/null || true
}

is_running_system() { [[ -z $ROOT && -d /run/systemd/system ]]; }

prune_releases() { # the current one and the one to go back to are kept
    local folder
    for folder in "$OPT"/releases/*/; do
        folder=$(basename "$folder")
        [[ $folder == "$RELEASE" || $folder == "$PREVIOUS" ]] || rm -rf "$OPT/releases/$folder"
    done
}
