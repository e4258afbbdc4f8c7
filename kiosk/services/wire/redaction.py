"""Secrets in free text, as a log has it: ``name=value``, ``name: value`` and JSON in a text."""

import re
from typing import Any

from kiosk.services.wire.masking import MASK, looks_secret, masked

# Possessive, so that no text takes more than one walk.
_NAME = re.compile(r"""(?<![\w.-])([\w.-]++)[\\"']*+\s*+(?:=>|:=|[=:])[^\S\n]*+""")
# A quoted value ends at its own quote. Any other ends where another name has a value: passwords
# may hold blanks, and rather the rest of a line is lost than half a password shown.
_QUOTED = re.compile(r"""(\\*["']).*?(?<!\\)\1""", re.DOTALL)
_GROUP = re.compile(r"[\[{].*", re.DOTALL)
_BARE = re.compile(r"""[^\n]*?(?=[\s,;&][\\"']*+[\w.-]++[\\"']*+\s*+[=:]|\n|\Z)""")


def without_secrets(value: Any) -> Any:
    """Return a copy of a text or a JSON value with a mask in place of each secret with a name."""
    return _in_texts(masked(value))


def _in_texts(value: Any) -> Any:
    if isinstance(value, str):
        return _in_text(value)
    if isinstance(value, list):
        return [_in_texts(item) for item in value]
    if isinstance(value, dict):
        return {name: _in_texts(member) for name, member in value.items()}
    return value


def _in_text(text: str) -> str:
    parts: list[str] = []
    done = at = 0
    while found := _NAME.search(text, at):
        at = found.end()
        if not looks_secret(found[1]):
            continue
        quoted = _QUOTED.match(text, at)
        quote = quoted[1] if quoted else ""
        value = quoted or _GROUP.match(text, at) or _BARE.match(text, at)
        parts += [text[done:at], quote, MASK, quote]
        done = at = value.end() if value else at
    return "".join((*parts, text[done:]))
