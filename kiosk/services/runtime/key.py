"""The API key while the kiosk runs: in memory only, asked for with each request."""

from __future__ import annotations

from pydantic import SecretStr


class KeyHolder:
    """Holds the key that the settings name, or the one that was entered since."""

    def __init__(self, key: SecretStr | None) -> None:
        self._key = key

    def get(self) -> str | None:
        """Return the key as it goes into the header, or None."""
        return self._key.get_secret_value() if self._key is not None else None

    def set(self, text: str) -> None:
        """Take a new key; blanks around it would be refused as a header."""
        stripped = text.strip()
        self._key = SecretStr(stripped) if stripped else None
