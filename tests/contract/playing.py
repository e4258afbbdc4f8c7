"""Making a call of the catalogue by its words on the command line."""

import argparse
from pathlib import Path
from typing import Any

from kiosk.cli import api, operations
from kiosk.settings import Settings
from tests.contract.catalogue import Case
from tests.support.canary import KEY, PASSWORD, secret_file

TOTP = "246810"


async def called(case: Case, base_url: str, folder: Path) -> tuple[Any, str | None]:
    """Return data and correlation id of the call; raises ApiError. Its files are in the folder."""
    return await operations.call(words(case, folder), configured(case, base_url, folder))


def words(case: Case, folder: Path) -> argparse.Namespace:
    """Return the words of the call, read by the command line's own parser."""
    files = {name: folder / name for name in ("password_file", "totp_file", "out")}
    secret_file(files["password_file"], f"{PASSWORD}\n")
    files["totp_file"].write_text(f"{TOTP}\n")
    parser = argparse.ArgumentParser()
    api.add_arguments(parser)
    return parser.parse_args([word.format(**files) for word in case.argv])


def configured(case: Case, base_url: str, folder: Path) -> Settings:
    """Return the settings of a kiosk that has a key."""
    key_file = secret_file(folder / "key", f"{KEY}\n")
    given: dict[str, Any] = {"base_path": case.base_path} if case.base_path else {}
    return Settings(base_url=base_url, api_key_file=key_file, **given)
