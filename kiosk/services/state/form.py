"""Reducers of what the person enters: the target network, its password, a key, time-outs."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from pydantic import SecretStr

from kiosk.services.state import actions as a
from kiosk.services.state.change import updated
from kiosk.services.state.fields import FIELDS
from kiosk.services.state.handlers import Handlers
from kiosk.services.state.model import NOTHING, Editor, Field, Form, Navigation, Route, State
from kiosk.services.state.navigation import under

STEP_SECONDS = 15
TIMEOUT_RANGE = (15, 600)
_LONGEST_TEXT = 256


def target_known(state: State, action: a.TargetKnown) -> State:
    """Fill the form with the target; what was wrong with another is no more."""
    password = action.password if action.password is not None else NOTHING
    errors = _without(state.form, "ssid", "password")
    given = action.password is not None
    form = updated(
        state.form, ssid=action.ssid, password=password, password_given=given, errors=errors
    )
    return updated(state, form=form)


def network_chosen(state: State, action: a.NetworkChosen) -> State:
    """Take the picked network."""
    if state.navigation.route is not Route.NETWORKS:
        return state
    form = updated(
        _for_network(state.form, action.ssid), errors=_without(state.form, "ssid", "password")
    )
    return updated(state, form=form, navigation=state.navigation.parent or Navigation())


def field_opened(state: State, action: a.FieldOpened) -> State:
    """Open the editor on a field, with what was typed there; a key is never shown again."""
    password = NOTHING if state.form.password_given else state.form.password
    texts = {"ssid": SecretStr(state.form.ssid), "password": password}
    editor = Editor(
        field=action.field,
        title=action.title,
        text=texts.get(action.field, action.text),
        shown=not FIELDS[action.field].secret,
        error=state.form.errors.get(action.field, ""),
        keep=state.key_kept and action.field == "api_key",
    )
    current = state.navigation
    # A name that is typed is a choice, too: the list is left with it.
    parent = current.parent if current.route is Route.NETWORKS else under(current, Route.EDITOR)
    return updated(state, editor=editor, navigation=Navigation(Route.EDITOR, parent))


def typed(state: State, action: a.Typed) -> State:
    """Append what was typed; control characters are no text."""
    text = "".join(character for character in action.text if character.isprintable())
    tidy = FIELDS[state.editor.field].tidy
    whole = tidy(state.editor.text.get_secret_value() + text)[:_LONGEST_TEXT]
    return _edited(state, text=SecretStr(whole), error="", capitals=False)


def retyped(state: State, action: a.Retyped) -> State:
    """Put another text in place of what was typed."""
    return _edited(state, text=action.text, error="")


def erased(state: State, _action: a.Erased) -> State:
    """Take the last character away."""
    return _edited(state, text=SecretStr(state.editor.text.get_secret_value()[:-1]), error="")


def text_shown(state: State, _action: a.TextShown) -> State:
    """Show or hide what was typed."""
    return _edited(state, shown=not state.editor.shown)


def capitals_toggled(state: State, _action: a.CapitalsToggled) -> State:
    """Make the next letter a capital, or not."""
    return _edited(state, capitals=not state.editor.capitals)


def keep_toggled(state: State, _action: a.KeepToggled) -> State:
    """Have the key kept, or not; no other field can be."""
    return _edited(state, keep=not state.editor.keep and state.editor.field == "api_key")


def page_turned(state: State, _action: a.PageTurned) -> State:
    """Go to the keyboard's next page; the view knows how many there are."""
    return _edited(state, page=state.editor.page + 1)


def field_refused(state: State, action: a.FieldRefused) -> State:
    """Say at the field what is wrong with it; nothing typed is lost."""
    return _edited(state, error=action.error) if state.editor.field == action.field else state


def field_accepted(state: State, _action: a.FieldAccepted) -> State:
    """Take the typed text as the field's value and leave the editor."""
    if state.navigation.route is not Route.EDITOR:
        return state
    form, editor = state.form, state.editor
    text = editor.text.get_secret_value()
    if editor.field == "ssid":
        form = _for_network(form, text)
    elif editor.field == "password" and text:
        form = updated(form, password=editor.text, password_given=False)
    form = updated(form, errors=_without(form, editor.field))
    back = state.navigation.parent or Navigation()
    return updated(state, form=form, editor=Editor(), navigation=back)


def form_refused(state: State, action: a.FormRefused) -> State:
    """Say at each field what is wrong with it."""
    return updated(state, form=updated(state.form, errors=MappingProxyType(dict(action.errors))))


def timeout_stepped(state: State, action: a.TimeoutStepped) -> State:
    """Make one time-out longer or shorter, within its range."""
    low, high = TIMEOUT_RANGE
    seconds = min(high, max(low, getattr(state.form, action.step) + action.seconds))
    changed: dict[str, Any] = {action.step: seconds}
    return updated(state, form=updated(state.form, **changed))


def key_changed(state: State, action: a.KeyChanged) -> State:
    """Note that there is a key, or none; what an old key led to is out of date."""
    return updated(state, key_known=action.known, notice=None)


def key_kept(state: State, action: a.KeyKept) -> State:
    """Note whether a key is kept on this Pi."""
    return updated(state, key_kept=action.kept)


def without_errors(form: Form) -> Form:
    """Return the form as it is kept for the next session: what was entered, not what was wrong."""
    return updated(form, errors=MappingProxyType({}))


def _for_network(form: Form, ssid: str) -> Form:
    """Return the form for a network; another network's password does not fit it."""
    if ssid == form.ssid:
        return form
    return updated(form, ssid=ssid, password=NOTHING, password_given=False)


def _edited(state: State, **changes: Any) -> State:
    return updated(state, editor=updated(state.editor, **changes))


def _without(form: Form, *fields: Field) -> MappingProxyType[Field, str]:
    return MappingProxyType({k: v for k, v in form.errors.items() if k not in fields})


HANDLERS: Handlers[State] = {
    a.TargetKnown: target_known,
    a.NetworkChosen: network_chosen,
    a.FieldOpened: field_opened,
    a.Typed: typed,
    a.Retyped: retyped,
    a.Erased: erased,
    a.TextShown: text_shown,
    a.CapitalsToggled: capitals_toggled,
    a.KeepToggled: keep_toggled,
    a.PageTurned: page_turned,
    a.FieldRefused: field_refused,
    a.FieldAccepted: field_accepted,
    a.FormRefused: form_refused,
    a.TimeoutStepped: timeout_stepped,
    a.KeyChanged: key_changed,
    a.KeyKept: key_kept,
}
