"""The session's three time-outs, changed in steps."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.services.state.form import TIMEOUT_RANGE
from kiosk.services.state.model import State, Step
from kiosk.services.views.language import _


@dataclass(frozen=True, slots=True)
class StepView:
    """One time-out: its label, its value, whether it can still go down or up."""

    step: Step
    label: str
    value: str
    can_less: bool
    can_more: bool


@dataclass(frozen=True, slots=True)
class TimeoutsView:
    """Everything on the time-outs screen."""

    title: str
    steps: tuple[StepView, StepView, StepView]
    back: str


def view_of(state: State, _now: float) -> TimeoutsView:
    """Return the time-outs screen."""
    form = state.form
    return TimeoutsView(
        title=_("How long each step may take"),
        steps=(
            _step("discovery", _("Finding cameras"), form.discovery),
            _step("provisioning", _("Sending the settings"), form.provisioning),
            _step("verification", _("Coming online"), form.verification),
        ),
        back=_("Back"),
    )


def _step(step: Step, label: str, seconds: int) -> StepView:
    low, high = TIMEOUT_RANGE
    value = _("{n} s").format(n=seconds)
    return StepView(step, label, value, can_less=seconds > low, can_more=seconds < high)
