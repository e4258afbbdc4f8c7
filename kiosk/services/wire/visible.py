"""A stranger's text as it may be shown."""


def visible(text: str) -> str:
    """Return the text on one line, with a sign for each character that has no shape of its own.

    NUL ends what is drawn, and what turns the direction or has no width is not drawn at all: two
    names would look the same.
    """
    if text.isprintable():
        return text
    return "".join(map(_shape, text))


def _shape(character: str) -> str:
    if character.isprintable():
        return character
    return " " if character.isspace() else "\ufffd"
