"""A file with a key: read again when it was changed, written so that only its owner reads it."""

from __future__ import annotations

import logging
import os
import stat
from pathlib import Path

from pydantic import SecretStr

from kiosk.services.runtime import private_file

# Far more than any key: a wrong file must not be read whole.
_LONGEST = 4096

_log = logging.getLogger("kiosk.key")


class KeyFile:
    """What a file says the key is; what it said before counts while it cannot be read.

    A ``private`` file is the kiosk's own: it is not there before a key was kept, somebody else's
    is refused, and one that others may read is tightened.
    """

    def __init__(self, path: Path, *, private: bool = False) -> None:
        self.path = path
        self._private = private
        self._key: SecretStr | None = None
        self._seen: tuple[int, ...] | None = None
        self._told = ""

    @property
    def version(self) -> tuple[int, ...] | None:
        """Return what tells the file that was last read from one that is written anew."""
        return self._seen

    def read(self) -> SecretStr | None:
        """Return the key, None when there is none; asks for no more than the file's date."""
        try:
            seen = _version(self.path.stat())
            if seen != self._seen:
                self._key = self._content()
                self._seen = seen
        except OSError as error:
            if self._private and isinstance(error, FileNotFoundError):
                self._key = self._seen = None
            else:
                self._tell(error.strerror or type(error).__name__)
        except UnicodeDecodeError:
            # The error's own text quotes the file.
            self._tell("it is not text")
        else:
            self._told = ""
        return self._key

    def write(self, key: SecretStr) -> None:
        """Keep a key: it is on the disk as a whole or not at all. Raises OSError."""
        private_file.write(self.path, key.get_secret_value().encode() + b"\n")

    def remove(self) -> None:
        """Keep no key any more. Raises OSError."""
        private_file.remove(self.path)

    def _content(self) -> SecretStr | None:
        flags = os.O_NOFOLLOW | os.O_NONBLOCK if self._private else os.O_NONBLOCK
        with os.fdopen(os.open(self.path, os.O_RDONLY | flags), "rb") as file:
            if self._private:
                self._guard(file.fileno())
            # No key has blanks around it; a header would be refused with an error that quotes it.
            text = file.read(_LONGEST).decode().strip()
        return SecretStr(text) if text else None

    def _guard(self, descriptor: int) -> None:
        """Tighten the file's mode; raises OSError for a file that somebody else may have made."""
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_uid != os.geteuid():
            raise PermissionError(0, "it is not this user's file")
        if stat.S_IMODE(status.st_mode) & ~private_file.MODE:
            os.fchmod(descriptor, private_file.MODE)
            _log.warning("%s could be read by others; its mode is 0600 now", self.path)

    def _tell(self, reason: str) -> None:
        if reason != self._told:
            self._told = reason
            _log.warning("cannot read the key in %s: %s", self.path, reason)


def _version(status: os.stat_result) -> tuple[int, ...]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
