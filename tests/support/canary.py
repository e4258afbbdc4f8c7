"""Secrets that stand out, and the search for them where no secret may be.

Every secret of a run holds the same mark, made anew for each run: whatever holds the mark, whole or
cut short, in a URL, in JSON, in base64 or in hexadecimal, holds a secret of this very run.
"""

from __future__ import annotations

import base64
import binascii
import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from secrets import token_hex

_MARK = f"canary{token_hex(4)}"

# What makes one of them a different text in a URL or in JSON stands around the mark.
KEY = f"key+{_MARK}/1"
OTHER_KEY = f"other+{_MARK}/1"
PASSWORD = f'"é\\ pass %{_MARK}+1'

_CHUNK = 1 << 20


def _forms(mark: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield how the mark may be written; it is letters and digits, which URLs and JSON keep."""
    yield "plain", mark
    yield "in capitals", mark.upper()
    yield "hexadecimal", binascii.hexlify(mark)
    for shift in range(3):
        coded = base64.b64encode(bytes(shift) + mark)
        # The characters at both ends depend on what stands beside the mark.
        yield "base64", coded[-(-shift * 8 // 6) : (shift + len(mark)) * 8 // 6]


_FORMS = tuple(_forms(_MARK.encode()))
_LONGEST_FORM = max(len(form) for _, form in _FORMS)
_NAMES = {"key": KEY, "other key": OTHER_KEY, "password": PASSWORD}


def leaks(content: str | bytes) -> list[str]:
    """Return which secrets are in a text, and how they are written there."""
    data = content.encode(errors="surrogatepass") if isinstance(content, str) else content
    return [f"{_name_in(data)}, {how}" for how, form in _FORMS if form in data]


def _name_in(data: bytes) -> str:
    named = [name for name, secret in _NAMES.items() if secret.encode() in data]
    return " and ".join(named) or "a secret"


class Canary:
    """Looks into what it is given and remembers where a secret was; never what stood around it."""

    def __init__(self) -> None:
        self._finds: Counter[str] = Counter()
        self._allowed: set[Path] = set()

    @property
    def finds(self) -> list[str]:
        """Return a line for each place, with how often it was one."""
        return [f"{place} ({n} times)" if n > 1 else place for place, n in self._finds.items()]

    def allow(self, path: Path) -> None:
        """Let a file hold a secret: it is there for that."""
        self._allowed.add(path.absolute())

    def look(self, content: str | bytes, where: str) -> None:
        """Look into a text."""
        for leak in leaks(content):
            self._finds[f"{where}: {leak}"] += 1

    def look_at_process(self, arguments: Sequence[object], environment: Iterable[object]) -> None:
        """Look at what anybody on the machine can see of a process that is started."""
        name = process_name(arguments)
        self.look("\0".join(map(str, arguments)), f"argv of {name}")
        self.look("\0".join(map(str, environment)), f"environment of {name}")

    def look_into(self, folder: Path, *, since: float = 0.0, skip: Iterable[str] = ()) -> None:
        """Look into all files below a folder, and at their names, that were written since then."""
        skipped = set(skip)
        for parent, folders, names in os.walk(folder):
            folders[:] = [
                name
                for name in folders
                # What is mounted there is somebody else's; in /proc a file can be read for ever.
                if name not in skipped and not os.path.ismount(os.path.join(parent, name))  # noqa: PTH118
            ]
            for name in names:
                self._look_into_file(Path(parent, name), since)

    def _look_into_file(self, path: Path, since: float) -> None:
        try:
            status = path.lstat()
            is_due = stat.S_ISREG(status.st_mode) and status.st_mtime >= since
            if not is_due or path.absolute() in self._allowed:
                return
            found = {leak for part in _parts(path) for leak in leaks(part)}
        except OSError:
            # Somebody else's, or gone meanwhile.
            return
        for leak in found:
            self._finds[f"file {path}: {leak}"] += 1
        self.look(path.name, "the name of a file")


def _parts(path: Path) -> Iterator[bytes]:
    """Yield the file in pieces that overlap, so that no secret is cut in two."""
    with path.open("rb") as file:
        end = b""
        while data := file.read(_CHUNK):
            yield end + data
            end = data[-_LONGEST_FORM:]


def process_name(arguments: Sequence[object]) -> str:
    """Return the beginning of a command as a name for it, unless a secret is in it."""
    name = " ".join(map(str, arguments[:4]))
    return "a process" if leaks(name) else name


# The one that looks at this run; whoever keeps a secret in a file tells it.
CANARY = Canary()


def secret_file(path: Path, text: str) -> Path:
    """Write a file that is there to hold a secret, and return its path."""
    CANARY.allow(path)
    path.write_text(text, encoding="utf-8")
    return path
