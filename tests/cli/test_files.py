"""Secrets that come from a file, and answers that are put into one whole or not at all."""

import io
import stat
from pathlib import Path

import pytest

from kiosk.cli.files import secret, whole_file
from kiosk.services.client.errors import ValidationRefused


def test_a_secret_is_the_first_line_with_its_blanks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret").write_text(" blank \r\nsecond line\n")
    assert secret(str(tmp_path / "secret")).get_secret_value() == " blank "
    monkeypatch.setattr("sys.stdin", io.StringIO("typed\n"))
    assert secret("-").get_secret_value() == "typed"


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_secret_that_cannot_be_read_is_refused(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "secret").write_bytes(content)
    with pytest.raises(ValidationRefused) as refused:
        secret(str(tmp_path / "secret"))
    assert refused.value.problem.code == "SECRET_FILE"


def test_a_file_appears_only_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "report"
    path.write_text("older")
    with whole_file(path) as file:
        file.write(b"newer")
        assert path.read_text() == "older"
    assert path.read_text() == "newer"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_what_fails_on_the_way_leaves_the_older_file(
    tmp_path: Path, error: type[BaseException]
) -> None:
    path = tmp_path / "report"
    path.write_text("older")
    with pytest.raises(error), whole_file(path):
        raise error
    assert path.read_text() == "older"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_told_as_the_file_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(ValidationRefused) as refused, whole_file(tmp_path / "report"):
        raise OSError(28, "No space left on device")
    assert refused.value.problem.code == "OUT_FILE"
    assert "No space left" in refused.value.problem.message
    assert list(tmp_path.iterdir()) == []
