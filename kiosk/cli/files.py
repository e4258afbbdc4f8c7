"""The files of ``kiosk api``: secrets that come from one, answers that go into one."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from pydantic import SecretStr

from kiosk.services.client.errors import raise_problem
from kiosk.services.runtime.whole_file import replaced
from kiosk.services.wire.checks import refusal

# Far more than any password: a wrong file must not be read whole.
_LONGEST_SECRET = 4096


def secret(name: str) -> SecretStr:
    """Return the first line of a file, or of standard input for ``-``.

    Raises ValidationRefused when it cannot be read.
    """
    try:
        if name == "-":
            text = sys.stdin.readline(_LONGEST_SECRET)
        else:
            with Path(name).open(encoding="utf-8") as file:
                text = file.readline(_LONGEST_SECRET)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise_problem(refusal("SECRET_FILE", f"cannot read the file with the secret: {reason}"))
    return SecretStr(text.rstrip("\r\n"))


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """Open a file that appears whole at the end of the block, or not at all.

    Raises ValidationRefused when it cannot be written, before the block wherever that shows then.
    """
    try:
        with replaced(path) as file:
            yield file
    except OSError as error:
        raise_problem(refusal("OUT_FILE", f"cannot write {path}: {error.strerror}"))
