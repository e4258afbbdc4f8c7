"""What is typed: one field at a time, checked before it is taken."""

from __future__ import annotations

from kiosk.services.runtime.intents.hand import Hand
from kiosk.services.state import actions as a
from kiosk.services.state.fields import error_of
from kiosk.services.state.model import Editor, Notice, Route
from kiosk.services.wire.marks import N_

_NOT_KEPT = N_("The key counts, but could not be kept: the disk is full or cannot be written.")
_STILL_KEPT = N_("The key is still kept on this Pi: the disk cannot be written.")


class Editing(Hand):
    """The editor. What an accepted text sets off is in ``accept_<field>`` of some group.

    What a text must be beyond its form is in ``check_<field>``, which returns a msgid or "".
    """

    def edit_ssid(self) -> None:
        """Type the network's name."""
        self._store.dispatch(a.FieldOpened("ssid"))

    def edit_password(self) -> None:
        """Type the network's password."""
        self._store.dispatch(a.FieldOpened("password"))

    def edit_api_key(self) -> None:
        """Type the key of PiOrchestrator."""
        self._store.dispatch(a.FieldOpened("api_key"))

    def type_text(self, text: str) -> None:
        """Take characters, while the editor is open."""
        if self._state.navigation.route is Route.EDITOR:
            self._store.dispatch(a.Typed(text))

    def erase(self) -> None:
        """Take the last character away."""
        self._store.dispatch(a.Erased())

    def toggle_shown(self) -> None:
        """Show or hide what was typed."""
        self._store.dispatch(a.TextShown())

    def toggle_capitals(self) -> None:
        """Make the next letter a capital, or not."""
        self._store.dispatch(a.CapitalsToggled())

    def toggle_keep(self) -> None:
        """Have the key kept on this Pi, or not."""
        self._store.dispatch(a.KeepToggled())

    def turn_page(self) -> None:
        """Go to the keyboard's next page."""
        self._store.dispatch(a.PageTurned())

    def accept(self) -> None:
        """Take what was typed, if it can be used; otherwise say why and lose nothing."""
        if self._state.navigation.route is not Route.EDITOR:
            return
        editor = self._state.editor
        text = editor.text.get_secret_value()
        error = "" if not text and self._may_be_left_empty(editor) else error_of(editor.field, text)
        check = getattr(self, f"check_{editor.field}", None)
        if not error and check is not None:
            error = check(text)
        if error:
            self._store.dispatch(a.FieldRefused(editor.field, error))
            return
        self._store.dispatch(a.FieldAccepted())
        take = getattr(self, f"accept_{editor.field}", None)
        if take is not None:
            take(editor)

    def _may_be_left_empty(self, editor: Editor) -> bool:
        """Return whether that means something: forget the key, keep the password as it is."""
        if editor.field == "password":
            return self._state.form.password_given
        return editor.field == "api_key" and self._state.key_kept and not editor.keep

    def accept_api_key(self, editor: Editor) -> None:
        """Ask with this key from now on; it may be kept for the next start, or forgotten."""
        text = editor.text.get_secret_value()
        if text:
            self.use_key(text)
        if editor.keep or self._state.key_kept:
            # Not void while an older one is being written: the last wish is the one that counts.
            self._run("keep_key", self._keep_key(wanted=editor.keep))

    def use_key(self, text: str) -> None:
        """Ask with this key from now on, for as long as the kiosk runs."""
        self._services.key.set(text)
        self.key_replaced()

    def key_replaced(self) -> None:
        """Go on with the key that there is now."""
        self._store.dispatch(a.KeyChanged(known=self._services.key.get() is not None))
        self.retry_now()
        self._services.visible.refresh()

    async def _keep_key(self, *, wanted: bool) -> None:
        done = await self._services.key.keep(wanted=wanted)
        self._store.dispatch(a.KeyKept(self._services.key.is_kept))
        if not done:
            notice = Notice("keep_key", text=_NOT_KEPT if wanted else _STILL_KEPT)
            self._store.dispatch(a.CommandEnded("keep_key", notice))
