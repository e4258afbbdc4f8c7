"""The words on the screen in the chosen language; English is what stands in the source."""

from __future__ import annotations

import gettext as _gettext
from pathlib import Path

from kiosk.services.wire.marks import CONTEXT_ENDS

# What stands where nobody knows, in every language.
UNKNOWN = "–"

LOCALES = Path(__file__).parents[2] / "locale"

_catalogue: _gettext.NullTranslations = _gettext.NullTranslations()


def use(language: str) -> None:
    """Translate from now on into ``language``, such as ``pt_BR``."""
    global _catalogue  # noqa: PLW0603 - one language for the one screen, as gettext has it
    _catalogue = _gettext.translation("kiosk", LOCALES, [language], fallback=language == "en")


def current() -> object:
    """Return what is another one whenever the language is switched."""
    return _catalogue


def _(text: str) -> str:
    """Return ``text`` in the chosen language; the empty text stays empty."""
    return _catalogue.gettext(text).rpartition(CONTEXT_ENDS)[2] if text else ""


def plural(one: str, many: str, number: int) -> str:
    """Return the form that goes with ``number``, with ``{n}`` filled in."""
    return _catalogue.ngettext(one, many, number).format(n=number)
