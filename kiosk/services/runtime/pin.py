"""The PIN as it is kept: salted and hashed, so that the file does not tell it."""

from __future__ import annotations

import hashlib
import hmac
import secrets

# RFC 7914 for what somebody waits for; 16 MiB. Few digits are no secret from whoever has the file
# and a fast machine; they keep passers-by out of the settings.
_N, _R, _P = 2**14, 8, 1
_SALT_BYTES = 16
_SCHEME = "scrypt"


def hashed(pin: str) -> str:
    """Return what is kept of a PIN; takes a tenth of a second and more."""
    salt = secrets.token_bytes(_SALT_BYTES)
    return f"{_SCHEME}${salt.hex()}${_digest(pin, salt).hex()}"


def matches(pin: str, kept: str) -> bool:
    """Return whether ``kept`` was made of this PIN; what is no hash of ours is of none."""
    scheme, _, rest = kept.partition("$")
    salt, _, digest = rest.partition("$")
    try:
        known = bytes.fromhex(digest)
        found = _digest(pin, bytes.fromhex(salt))
    except ValueError:
        return False
    return scheme == _SCHEME and hmac.compare_digest(found, known)


def _digest(pin: str, salt: bytes) -> bytes:
    return hashlib.scrypt(pin.encode(), salt=salt, n=_N, r=_R, p=_P)
