"""The devices that may be provisioned (contract.md §2.2)."""

from typing import Annotated

from pydantic import BeforeValidator

from kiosk.services.wire.tolerant import Mac, Moment, Text, WireModel


class AllowlistEntry(WireModel):
    """One approved device; an entry that does not say so is unused."""

    mac: Mac = None
    description: Text = None
    container_id: Text = None
    added_at: Moment = None
    used: Annotated[bool, BeforeValidator(lambda value: value is True)] = False
    used_at: Moment = None
