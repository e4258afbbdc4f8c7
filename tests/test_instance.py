"""One kiosk for each state folder."""

import logging
import signal
import subprocess
import sys

import pytest

from kiosk import instance
from kiosk.instance import AlreadyRunningError, only_instance

HOLD = """
import sys, time
from pathlib import Path
from kiosk.instance import only_instance
with only_instance(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_one_is_refused_and_told_who_has_the_folder(holder, tmp_path):
    who = f"process {holder.pid}, .*{tmp_path}"
    with pytest.raises(AlreadyRunningError, match=who) as refused, only_instance(tmp_path):
        pass
    assert refused.value.pid == holder.pid


def test_a_killed_one_leaves_no_lock(holder, tmp_path):
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    with only_instance(tmp_path):
        pass


def test_the_folder_is_free_after_the_block_and_nothing_is_written_there(tmp_path):
    for _ in range(2):
        with only_instance(tmp_path / "state"):
            assert list((tmp_path / "state").iterdir()) == []


def test_two_folders_are_two_kiosks(tmp_path):
    with only_instance(tmp_path / "one"), only_instance(tmp_path / "other"):
        pass


def test_where_the_system_does_not_tell_who_it_is_the_second_is_refused_all_the_same(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(instance, "_LOCKS", tmp_path / "no-such-file")
    refused = pytest.raises(AlreadyRunningError, match="another kiosk runs")
    with only_instance(tmp_path), refused, only_instance(tmp_path):
        pass


def test_a_folder_that_cannot_be_written_is_locked_like_any_other(tmp_path):
    tmp_path.chmod(0o500)
    with only_instance(tmp_path), pytest.raises(AlreadyRunningError), only_instance(tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_a_warning_and_no_reason_to_stop(tmp_path, caplog):
    (tmp_path / "file").touch()
    with only_instance(tmp_path / "file" / "state"):
        pass
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "nothing can be kept" in caplog.text


def test_whoever_shows_a_kiosk_is_found(tmp_path):
    words = {
        "7": ["/opt/kiosk/releases/1/venv/bin/python", "/opt/kiosk/current/venv/bin/kiosk", "run"],
        "12": ["python3", "-m", "kiosk", "-v", "run", "--display", "td1"],
        "20": ["/usr/bin/kiosk", "doctor"],
        "21": ["grep", "kiosk", "runs"],
        "22": ["/opt/kiosk/bin/run", "run"],
        "self": ["kiosk", "run"],
    }
    for pid, line in words.items():
        (tmp_path / pid).mkdir()
        (tmp_path / pid / "cmdline").write_bytes(b"".join(w.encode() + b"\0" for w in line))
    (tmp_path / "30").mkdir()

    assert instance.running(tmp_path) == (7, 12)
