"""The catalogues hold every text of the source, translated, with the same placeholders."""

import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from kiosk.services.views import language

ROOT = Path(__file__).parent.parent
CATALOGUES = sorted(ROOT.glob("kiosk/locale/*/LC_MESSAGES/kiosk.po"))
KEYWORDS = {"_": None, "N_": None, "NC_": ((1, "c"), 2), "plural": (1, 2)}

MessageId = str | tuple[str, ...]
# A text with its context, if it has one.
Key = tuple[MessageId, str | None]


def source_texts() -> dict[Key, str]:
    """Return each text that the source marks, with the file that has it."""
    found = extract_from_dir(ROOT / "kiosk", [("**.py", "python")], keywords=KEYWORDS)
    return {
        (text, context): f"kiosk/{name}:{line}" for name, line, text, _comments, context in found
    }


def forms(text: MessageId) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def placeholders(text: str) -> set[str]:
    return {name for _literal, name, _spec, _conversion in string.Formatter().parse(text) if name}


def shortcomings(message: Message | None) -> Iterator[str]:
    """Tell what keeps a catalogue's entry from being shown."""
    if message is None:
        yield "is not in the catalogue: run make translations"
        return
    translated = forms(message.string)
    if not all(translated):
        yield "is not translated"
        return
    if message.fuzzy:
        yield "is marked as fuzzy"
    # The singular may leave the number out, the plural has it all.
    expected = placeholders(forms(message.id)[-1])
    if placeholders(translated[-1]) != expected:
        yield f"has not the placeholders {sorted(expected)}"
    if any(not placeholders(form) <= expected for form in translated):
        yield f"has other placeholders than {sorted(expected)}"


def problems(catalogue: Catalog, texts: dict[Key, str]) -> list[str]:
    return [
        f"{place}: {text!r} {shortcoming}"
        for (text, context), place in texts.items()
        for shortcoming in shortcomings(catalogue.get(text, context))
    ]


@pytest.fixture(params=CATALOGUES, ids=lambda path: path.parts[-3])
def catalogue(request: pytest.FixtureRequest) -> Catalog:
    with request.param.open("rb") as file:
        return read_po(file)


def test_every_text_is_translated(catalogue: Catalog) -> None:
    found = problems(catalogue, source_texts())
    assert not found, "\n".join(["", *found])


def test_no_translation_is_left_over(catalogue: Catalog) -> None:
    texts = source_texts()
    left_over = [
        message.id
        for message in catalogue
        if message.id and (message.id, message.context) not in texts
    ]
    assert not left_over, f"no longer in the source, run make translations: {left_over}"


def test_the_source_marks_its_texts() -> None:
    texts = source_texts()
    assert ("Provision all", None) in texts
    assert ("Done", None) in texts
    assert ("Done", "request") in texts
    assert any(isinstance(text, tuple) for text, _context in texts)


def test_an_entry_that_cannot_be_shown_is_found() -> None:
    catalogue = Catalog(locale="pt_BR")
    catalogue.add("{n} s", "{m} s")
    catalogue.add("Back", "")
    catalogue.add("Scan", "Buscar", flags=["fuzzy"])
    catalogue.add(("{n} waits", "{n} wait"), ("uma espera", "muitas esperam"))
    catalogue.add(("{n} left", "{n} are left"), ("resta uma", "restam {n}"))
    texts = [
        "{n} s",
        "Back",
        "Scan",
        "Stop",
        ("{n} waits", "{n} wait"),
        ("{n} left", "{n} are left"),
    ]
    catalogue.add("Done", "Concluir")
    found = problems(catalogue, dict.fromkeys([(text, None) for text in texts], "here"))
    assert {problem.split("'")[1] for problem in found} == {
        "{n} s",
        "Back",
        "Scan",
        "Stop",
        "{n} waits",
    }
    assert len(problems(catalogue, {("Done", None): "here", ("Done", "request"): "here"})) == 1


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_the_app_speaks_the_language(path: Path) -> None:
    with path.open("rb") as file:
        expected = read_po(file).get("Provision all").string
    try:
        language.use(path.parts[-3])
        assert language._("Provision all") == expected
        assert expected != "Provision all"
    finally:
        language.use("en")
