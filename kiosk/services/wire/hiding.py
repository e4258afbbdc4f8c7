"""Known secrets in a text that should hold none: masked in every way in which they are written."""

import json
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

from kiosk.services.wire.masking import MASK

# Anything shorter would be found in words that are no secrets.
_SHORTEST = 4


def hidden(text: str, secrets: Iterable[str]) -> str:
    """Return the text with a mask in place of each secret: as it is, in JSON, in a URL, in repr."""
    for secret in secrets:
        for form in _forms(secret):
            text = text.replace(form, MASK)
    return text


def _forms(secret: str) -> Iterator[str]:
    if len(secret) < _SHORTEST:
        return
    yield secret
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield repr(secret)[1:-1]
    yield ascii(secret)[1:-1]
    data = secret.encode("utf-8", "surrogatepass")
    yield repr(data)[2:-1]
    yield quote(data)
    yield quote(data, safe="")
    yield quote_plus(data)
