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
    files = {name: folder / name for name in ("password_file", "totp_file", "out")}
    secret_file(files["password_file"], f"{PASSWORD}\n")
    files["totp_file"].write_text(f"{TOTP}\n")
    key_file = secret_file(folder / "key", f"{KEY}\n")
    parser = argparse.ArgumentParser()
    api.add_arguments(parser)
    args = parser.parse_args([word.format(**files) for word in case.argv])
    given: dict[str, Any] = {"base_path": case.base_path} if case.base_path else {}
    settings = Settings(base_url=base_url, api_key_file=key_file, **given)
    return await operations.call(args, settings)
