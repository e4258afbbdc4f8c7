"""Settings: a TOML file, then the environment, then the command line; secrets only from files."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from kiosk.services.runtime.keyfile import KeyFile
from kiosk.services.wire.masking import masked

DEFAULT_CONFIG = Path("/etc/kiosk/kiosk.toml")

Language = Literal["en", "pt_BR"]
ThemeName = Literal["daylight", "dark"]
DisplayName = Literal["td1", "td2-7", "td2-7-landscape", "ws7", "hd10"]


BasePath = Literal["/api/v1", "/api"]


class SettingsError(Exception):
    """A setting is wrong; the text names it and says what it must be."""


class Features(BaseModel):
    """What of the service the kiosk uses; what is off is neither shown nor asked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    batch_provisioning: bool = True
    ws_monitor: bool = Field(default=True, description="live health by WebSocket, not by polling")
    allowlist: bool = True
    door: bool = True
    cameras: bool = True

    def off(self) -> frozenset[str]:
        """Return the names of those that are switched off."""
        return frozenset(name for name in type(self).model_fields if not getattr(self, name))


def _state_dir() -> Path:
    """Return systemd's state directory, else where the desktop's rules put state."""
    if given := os.environ.get("STATE_DIRECTORY", "").partition(":")[0]:
        return Path(given)
    base = Path(os.environ.get("XDG_STATE_HOME", ""))
    # A relative one is to be ignored (XDG Base Directory Specification).
    return (base if base.is_absolute() else _home() / ".local" / "state") / "kiosk"


def _home() -> Path:
    try:
        return Path.home()
    except RuntimeError:
        # A user without an entry and without HOME; nothing can be kept there, which is told then.
        return Path("/nonexistent")


class Settings(BaseSettings):
    """Everything that can be set, validated.

    Each name is a key of the TOML file and, in capitals behind ``KIOSK_``, an environment variable.
    """

    model_config = SettingsConfigDict(
        env_prefix="KIOSK_", env_nested_delimiter="__", extra="forbid", frozen=True
    )

    base_url: str = Field(
        default="http://127.0.0.1:8081", description="scheme, host and port of PiOrchestrator"
    )
    base_path: BasePath = Field(
        default="/api/v1", description="/api for a service that is older than its V1 routes"
    )
    events_url: str | None = Field(default=None, description="origin of the event streams")
    monitor_url: str | None = Field(default=None, description="origin of the monitor's WebSocket")
    features: Features = Features()
    api_key_file: Path | None = Field(default=None, description="file whose only line is the key")
    state_dir: Path = Field(
        default_factory=_state_dir, description="folder for what outlives the kiosk"
    )
    target_ssid: str | None = Field(
        default=None, description="the Wi-Fi that the cameras will join"
    )
    target_password_file: Path | None = Field(
        default=None, description="file whose only line is that Wi-Fi's password"
    )
    export_dir: Path | None = Field(
        default=None, description="folder for the bundle for support, instead of a USB stick"
    )
    display: DisplayName = "td1"
    lang: Language = "en"
    theme: ThemeName = "daylight"

    @field_validator("base_url", "events_url", "monitor_url")
    @classmethod
    def _is_http_origin(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value.strip())
        try:
            has_port = parts.port != 0
        except ValueError:
            has_port = False
        if parts.scheme not in {"http", "https"} or not parts.hostname or not has_port:
            raise ValueError("must look like http://127.0.0.1:8081")
        if parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc:
            raise ValueError("must be scheme, host and port only")
        return value.strip().rstrip("/")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Command line first, then the environment, then the file named by ``KIOSK_CONFIG``."""
        path = Path(os.environ.get("KIOSK_CONFIG", DEFAULT_CONFIG))
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, path)

    @property
    def kept_key_file(self) -> Path:
        """Return where a key is that a person had kept on this machine, if one is."""
        return self.state_dir / "api-key"

    def given_key_file(self) -> Path | None:
        """Return the file that the settings name, else systemd's credential ``api-key``."""
        return self.api_key_file or _credential("api-key")

    def api_key(self) -> SecretStr | None:
        """Return the key that was given, else the one that was kept, else None.

        Raises SettingsError when a named file cannot be read: a key that was meant to be there
        must not silently become "no key".
        """
        key = _secret(self.given_key_file())
        # No key has blanks around it; httpx refuses one that has, in an error that quotes it.
        stripped = key.get_secret_value().strip() if key is not None else ""
        return SecretStr(stripped) if stripped else KeyFile(self.kept_key_file, private=True).read()

    def public(self) -> dict[str, Any]:
        """Return the settings as support may see them; of secrets only whether they are given."""
        files = {"api_key_file", "target_password_file"}
        return {
            **masked(self.model_dump(mode="json", exclude=files)),
            "api_key_given": self.given_key_file() is not None,
            "target_password_given": self._password_file() is not None,
        }

    def target_password(self) -> SecretStr | None:
        """Return the target network's password from its file or credential, else None."""
        return _secret(self._password_file())

    def _password_file(self) -> Path | None:
        return self.target_password_file or _credential("target-password")


def load(config: Path | None = None, **overrides: Any) -> Settings:
    """Read the settings; ``overrides`` that are None count as not given.

    Raises SettingsError with one sentence for each thing that is wrong.
    """
    if config is not None:
        os.environ["KIOSK_CONFIG"] = str(config)
    named = os.environ.get("KIOSK_CONFIG")
    if named is not None and not Path(named).is_file():
        raise SettingsError(f"there is no configuration file {named}")
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        raise SettingsError("; ".join(map(_sentence, error.errors()))) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"the configuration file is not valid TOML: {error}") from None
    except OSError as error:
        raise SettingsError(f"cannot read {error.filename}: {error.strerror}") from None


def _sentence(error: ErrorDetails) -> str:
    name = ".".join(map(str, error["loc"]))
    if error["type"] == "extra_forbidden":
        return f"{name}: there is no such setting; there are {', '.join(Settings.model_fields)}"
    return f"{name}: {error['msg']}"


def _credential(name: str) -> Path | None:
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    path = Path(folder, name) if folder else None
    return path if path is not None and path.is_file() else None


def _secret(path: Path | None) -> SecretStr | None:
    if path is None:
        return None
    try:
        # The newline is the file's; blanks are the secret's own, a Wi-Fi password may end in one.
        text = path.read_text(encoding="utf-8").strip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise SettingsError(f"cannot read {path}: {reason}") from None
    return SecretStr(text) if text else None
