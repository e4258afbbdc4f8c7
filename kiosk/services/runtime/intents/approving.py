"""The allowlist: what is approved, one by one or scanned one after another, and withdrawn."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from pydantic import SecretStr

from kiosk.services.runtime.intents.hand import Hand
from kiosk.services.state import actions as a
from kiosk.services.state.approving import (
    AllowlistFiltered,
    ApprovalAsked,
    ApprovalsCleared,
    DraftTyped,
    Part,
    Usage,
)
from kiosk.services.state.model import Editor
from kiosk.services.wire.mac import digits_of


class Approving(Hand):
    """What changes the allowlist, and the form for that."""

    def filter_allowlist(self, usage: Usage) -> None:
        """Show all approved devices, or only the used or unused ones."""
        self._store.dispatch(AllowlistFiltered(usage))

    def edit_mac(self) -> None:
        """Type the MAC that is to be approved."""
        digits = digits_of(self._state.approving.mac)
        self._store.dispatch(a.FieldOpened("mac", SecretStr(digits)))

    def edit_description(self) -> None:
        """Type what the device is called."""
        text = SecretStr(self._state.approving.description)
        self._store.dispatch(a.FieldOpened("description", text))

    def edit_container(self) -> None:
        """Type where the device will be."""
        text = SecretStr(self._state.approving.container)
        self._store.dispatch(a.FieldOpened("container", text))

    def accept_mac(self, editor: Editor) -> None:
        """Take the MAC into the form."""
        self._draft("mac", editor)

    def accept_description(self, editor: Editor) -> None:
        """Take the description into the form."""
        self._draft("description", editor)

    def accept_container(self, editor: Editor) -> None:
        """Take the container into the form."""
        self._draft("container", editor)

    def pick_mac(self, mac: str) -> None:
        """Take a device that was discovered into the form."""
        self._store.dispatch(DraftTyped("mac", mac))

    def approve(self) -> None:
        """Approve what the form says."""
        self.approve_next(self._state.approving.mac)

    def approve_next(self, mac: str) -> None:
        """Approve a device with what the form says of all; it may have to stand in line."""
        form = self._state.approving
        self._line_up(mac, form.description, form.container)

    def approve_refused(self, mac: str = "") -> None:
        """Try once more what was refused, with what was said of it then; all without a MAC."""
        refused = [a for a in self._state.approving.approvals if a.outcome == "refused"]
        for approval in reversed(refused):
            if mac in {"", approval.mac}:
                self._line_up(approval.mac, approval.description, approval.container)

    def clear_approvals(self) -> None:
        """Forget what came of the approvals."""
        self._store.dispatch(ApprovalsCleared())

    def allow(self, mac: str, description: str = "", container: str = "") -> None:
        """Approve one device at once, as from its sheet."""
        allow = self._services.allowlist.allow
        work = self._then_list(lambda: allow(mac, description or None, container or None))
        self._spawn(f"allow:{mac}", work)

    def disallow(self, mac: str) -> None:
        """Withdraw a device's approval."""
        disallow = self._services.allowlist.disallow
        self._spawn(f"disallow:{mac}", self._then_list(lambda: disallow(mac)))

    def _draft(self, part: Part, editor: Editor) -> None:
        self._store.dispatch(DraftTyped(part, editor.text.get_secret_value()))

    def _line_up(self, mac: str, description: str, container: str) -> None:
        at = self._clock.monotonic()
        self._store.dispatch(ApprovalAsked(mac, at, description, container))
        if "approve" not in self._state.busy:
            self._run("approve", self._then_list(self._services.allowlist.allow_waiting))

    async def _then_list(self, command: Callable[[], Awaitable[None]]) -> None:
        """Do it, and ask the session for what its devices are allowed now."""
        await command()
        self._services.session.list_again()
