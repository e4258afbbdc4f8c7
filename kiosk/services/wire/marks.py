"""The gettext mark for text that is chosen here and translated where it is shown."""


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for a deferred translation
    """Return ``text`` as it is; the call tells Babel to extract it."""
    return text
