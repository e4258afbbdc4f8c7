"""Known secrets in a text that should hold none: masked in every way in which they are written."""

import json
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

from kiosk.services.wire.masking import MASK

# Anything shorter would be found in words that are no secrets.
_SHORTEST = 4


def hidden(text: str, secrets: Iterable[str]) -> str:
    """Return the text with a mask in place of each secret: in JSON, CSV, a URL or a repr."""
    for form in forms_of(secrets):
        text = text.replace(form, MASK)
    return text


def forms_of(secrets: Iterable[str]) -> list[str]:
    """Return how these may be written, the longest first: one may be a part of another."""
    return sorted({form for secret in secrets for form in _forms(secret)}, key=len, reverse=True)


def _forms(secret: str) -> set[str]:
    """Return how the secret may be written, also as a text that is quoted within another."""
    if len(secret) < _SHORTEST:
        return set()
    data = secret.encode("utf-8", "surrogatepass")
    in_url = {quote(data), quote(data, safe=""), quote_plus(data)}
    in_csv = secret.replace('"', '""')
    once = {secret, in_csv, repr(data)[2:-1], *_quoted(secret)}
    return in_url.union(once, *map(_quoted, once))


def _quoted(text: str) -> Iterator[str]:
    yield json.dumps(text)[1:-1]
    yield json.dumps(text, ensure_ascii=False)[1:-1]
    yield repr(text)[1:-1]
    yield ascii(text)[1:-1]
