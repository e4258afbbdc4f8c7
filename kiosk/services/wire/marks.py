"""The gettext marks for text that is chosen here and translated where it is shown."""

# What gettext puts between a text's context and the text.
CONTEXT_ENDS = "\x04"


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for a deferred translation
    """Return ``text`` as it is; the call tells Babel to extract it."""
    return text


def NC_(context: str, text: str) -> str:  # noqa: N802 - GLib's name for the same with a context
    """Return ``text`` behind what it is about, where English alone has one word for several."""
    return f"{context}{CONTEXT_ENDS}{text}"
