"""The bundle for support: on the first stick that can be written, whole or not at all."""

from __future__ import annotations

import errno
import io
import json
import os
import time
import zipfile
from pathlib import Path

import pytest

from kiosk.services.runtime import bundle, sticks
from kiosk.services.runtime.sticks import StickError, writable_stick


def mount(place: Path | str, options: str = "rw,nosuid") -> str:
    escaped = str(place).replace("\\", "\\134").replace(" ", "\\040")
    return f"/dev/sda1 {escaped} vfat {options} 0 0\n"


@pytest.fixture
def media(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder in which everything mounted is a stick."""
    monkeypatch.setattr(sticks, "_PLACES", (f"{tmp_path}/*",))
    return tmp_path


def stick(media: Path, name: str) -> Path:
    path = media / name
    path.mkdir()
    return path


@pytest.mark.parametrize(
    ("place", "is_stick"),
    [
        ("/media/usb0", True),
        ("/media/pi/KINGSTON", True),
        ("/run/media/pi/KINGSTON", True),
        ("/mnt/usb1", True),
        ("/", False),
        ("/mnt/data", False),
        ("/media/pi/KINGSTON/inner", False),
        ("/run/media/pi", False),
    ],
)
def test_removable_media_are_told_by_their_place(place: str, *, is_stick: bool) -> None:
    # None of these exists here: a stick is there, though it cannot be written.
    with pytest.raises(StickError) as raised:
        writable_stick(mount("/") + mount(place))
    assert raised.value.code == ("STICK_READ_ONLY" if is_stick else "NO_STICK")


def test_the_first_stick_that_can_be_written_is_taken(media: Path) -> None:
    locked, free, other = (stick(media, name) for name in ("locked", "my stick", "other"))
    mounts = mount(locked, "ro,relatime") + mount(free) + mount(other)
    assert writable_stick(mounts) == free


def test_lines_that_make_no_sense_are_no_sticks() -> None:
    with pytest.raises(StickError, match="NO_STICK"):
        writable_stick("\n/dev/sda1\n\\x y z\n")


def test_a_folder_of_the_settings_overrides_the_sticks(tmp_path: Path) -> None:
    assert bundle.destination(tmp_path, tmp_path / "no mounts") == tmp_path
    with pytest.raises(StickError, match="NO_STICK"):
        bundle.destination(tmp_path / "not there")


def test_the_kernels_table_names_the_stick(media: Path) -> None:
    free, table = stick(media, "free"), media / "mounts"
    table.write_text(mount(free))
    assert bundle.destination(None, table) == free
    with pytest.raises(StickError, match="NO_STICK"):
        bundle.destination(None, media / "no such table")


def test_the_name_tells_date_and_machine() -> None:
    assert bundle.file_name(0.0, "pi-7") == "kiosk-diagnostics-19700101-000000-pi-7.zip"
    assert bundle.file_name(0.0, "../ä b") == "kiosk-diagnostics-19700101-000000-b.zip"
    assert bundle.file_name(0.0, "") == "kiosk-diagnostics-19700101-000000-pi.zip"


def unzipped(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_documents_are_json_and_lists_a_line_each() -> None:
    texts = unzipped(bundle.packed({"a.json": {"é": 1}, "b.jsonl": [{"n": 1}, {"n": 2}]}, ()))
    assert json.loads(texts["a.json"]) == {"é": 1}
    assert [json.loads(line) for line in texts["b.jsonl"].splitlines()] == [{"n": 1}, {"n": 2}]


def test_a_clock_that_was_never_set_is_no_reason_to_save_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(time, "time", lambda: 10.0)
    assert unzipped(bundle.packed({"a.json": "kept"}, ())) == {"a.json": "kept"}


def test_a_known_secret_is_masked_wherever_it_stands() -> None:
    secret = 'pass"word\\1'
    texts = unzipped(bundle.packed({"a.json": [f"joined with {secret}!"]}, (secret, "")))
    assert json.loads(texts["a.json"]) == ["joined with ********!"]


def test_lone_surrogates_of_the_service_do_not_spoil_the_rest() -> None:
    assert json.loads(unzipped(bundle.packed({"a.json": ["\ud800", 1]}, ()))["a.json"])[1] == 1


def test_the_file_is_there_whole_and_nothing_else(tmp_path: Path) -> None:
    bundle.write(tmp_path, "x.zip", b"content")
    assert [path.name for path in tmp_path.iterdir()] == ["x.zip"]
    assert (tmp_path / "x.zip").read_bytes() == b"content"


def test_what_an_interrupted_writing_left_is_written_over(tmp_path: Path) -> None:
    (tmp_path / bundle._PART).write_bytes(b"half of something longer than this")
    bundle.write(tmp_path, "x.zip", b"content")
    assert [path.name for path in tmp_path.iterdir()] == ["x.zip"]


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "STICK_FULL"),
        (errno.EROFS, "STICK_READ_ONLY"),
        (errno.EACCES, "STICK_READ_ONLY"),
        (errno.EIO, "STICK_FAILED"),
    ],
)
def test_a_failed_writing_leaves_nothing_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    def fails(_descriptor: int) -> None:
        assert [path.name for path in tmp_path.iterdir()] == [bundle._PART]
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(StickError, match=code):
        bundle.write(tmp_path, "x.zip", b"content")
    assert not list(tmp_path.iterdir())


def test_a_really_full_device_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = os.open

    def on_a_full_device(path: Path, flags: int, *mode: int) -> int:
        return opened("/dev/full", os.O_WRONLY) if flags & os.O_CREAT else opened(path, flags)

    monkeypatch.setattr(os, "open", on_a_full_device)
    with pytest.raises(StickError, match="STICK_FULL"):
        bundle.write(tmp_path, "x.zip", b"content")
    assert not list(tmp_path.iterdir())


def test_a_stick_that_was_pulled_says_so(tmp_path: Path) -> None:
    with pytest.raises(StickError, match="STICK_FAILED"):
        bundle.write(tmp_path / "gone", "x.zip", b"content")
