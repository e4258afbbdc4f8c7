"""Another language changes every view, at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from kiosk.services.state import actions as a
from kiosk.services.state.feed import ConnectionChanged
from kiosk.services.state.model import Route, State
from kiosk.services.state.monitoring import MonitorConnection, MonitoringLoaded, told_members
from kiosk.services.views import (
    cameras,
    device,
    door,
    editor,
    health,
    language,
    networks,
    provision,
    start,
    status,
    summary,
    timeouts,
)
from kiosk.services.wire.marks import NC_
from kiosk.services.wire.monitoring import monitoring_of
from kiosk.services.wire.problem import Kind, Problem
from tests.services.state.build import MAC, after, event, live

VIEWS = (start, networks, timeouts, editor, provision, device, summary, status)


@pytest.fixture
def catalogues(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Compile the catalogue as it stands, away from the checkout."""
    source = language.LOCALES / "pt_BR" / "LC_MESSAGES" / "kiosk.po"
    target = tmp_path / "pt_BR" / "LC_MESSAGES" / "kiosk.mo"
    target.parent.mkdir(parents=True)
    with source.open("rb") as po, target.open("wb") as mo:
        write_mo(mo, read_po(po))
    monkeypatch.setattr(language, "LOCALES", tmp_path)
    yield
    language.use("en")


@pytest.fixture
def state() -> State:
    lost = Problem(Kind.TRANSPORT, retryable=True)
    failed = event(state="failed", error="DEVICE_TIMEOUT", retry_count=2)
    shown = live(failed, a.ClockAligned(None, 600.0), ConnectionChanged("stale", lost))
    return after(shown, a.Opened(Route.DEVICE, MAC))


@pytest.mark.usefixtures("catalogues")
def test_every_view_changes_with_the_language_and_back(state: State) -> None:
    english = [view.view_of(state, 60.0) for view in VIEWS]
    language.use("pt_BR")
    portuguese = [view.view_of(state, 60.0) for view in VIEWS]
    language.use("en")
    for one, other in zip(english, portuguese, strict=True):
        assert one != other
    assert [view.view_of(state, 60.0) for view in VIEWS] == english


@pytest.mark.usefixtures("catalogues")
def test_a_plural_has_the_right_form_in_each_language(state: State) -> None:
    language.use("pt_BR")
    assert "2" in device.view_of(state, 60.0).facts
    assert "tried again" not in device.view_of(state, 60.0).facts


@pytest.mark.usefixtures("catalogues")
def test_one_english_word_may_be_several_in_another_language() -> None:
    button, done = "Done", NC_("request", "Done")
    assert (language._(button), language._(done)) == ("Done", "Done")
    language.use("pt_BR")
    assert (language._(button), language._(done)) == ("Concluir", "Feito")


@pytest.mark.usefixtures("catalogues")
def test_words_agree_with_what_they_are_about() -> None:
    language.use("pt_BR")
    names = ("cpu_usage", "memory_usage", "disk_usage", "temperature")
    hot = monitoring_of({"system_health": dict.fromkeys(names, 99)})
    told = MonitoringLoaded(hot, told_members(hot), "websocket", 0.0)
    state = after(State(), MonitorConnection("live", "websocket"), told)
    words = [figure.word for figure in health.view_of(state, 0.0).figures]
    assert words == ["Crítico", "Crítica", "Crítico", "Crítica"]
    assert cameras.look_of("unknown")[1] == "Desconhecida"
    assert door.view_of(State(), 0.0).word == "Desconhecida"


@pytest.mark.usefixtures("catalogues")
def test_the_empty_text_stays_empty_in_every_language() -> None:
    language.use("pt_BR")
    assert language._("") == ""


@pytest.mark.usefixtures("catalogues")
def test_a_language_that_is_not_there_is_an_error_not_a_guess() -> None:
    with pytest.raises(FileNotFoundError):
        language.use("xx")
