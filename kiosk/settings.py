"""Settings: a TOML file, what was set on the panel, the environment, the command line.

The later wins; secrets come only from files.
"""

from __future__ import annotations

import logging
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails

from kiosk.services.runtime import preferences
from kiosk.services.runtime.keyfile import KeyFile
from kiosk.services.wire.masking import masked
from kiosk.services.wire.origin import origin
from kiosk.window import LoopName

DEFAULT_CONFIG = Path("/etc/kiosk/kiosk.toml")

Language = Literal["en", "pt_BR"]
ThemeName = Literal["daylight", "dark"]
DisplayName = Literal["td1", "td2-7", "td2-7-landscape", "ws7", "hd10"]
BasePath = Literal["/api/v1", "/api"]

_PREFIX = "kiosk_"

_log = logging.getLogger("kiosk.settings")


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


def service_state_dir() -> Path | None:
    """Return the state directory that systemd gives a service (systemd.exec(5)), else None."""
    given = os.environ.get("STATE_DIRECTORY", "").partition(":")[0]
    return Path(given) if given else None


def _state_dir() -> Path:
    """Return systemd's state directory, else where the desktop's rules put state."""
    if given := service_state_dir():
        return given
    base = Path(os.environ.get("XDG_STATE_HOME", ""))
    # A relative one is to be ignored (XDG Base Directory Specification).
    return (base if base.is_absolute() else _home() / ".local" / "state") / "kiosk"


def _home() -> Path:
    try:
        return Path.home()
    except RuntimeError:
        # A user without an entry and without HOME; nothing can be kept there, which is told then.
        return Path("/nonexistent")


class OnPanel(BaseModel):
    """What can be set on the panel itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_url: str = Field(
        default="http://127.0.0.1:8081", description="scheme, host and port of PiOrchestrator"
    )
    features: Features = Features()
    display: DisplayName = "td1"
    rotation: Literal[0, 90, 180, 270] = Field(
        default=0, description="degrees by which picture and touch are turned, clockwise"
    )
    brightness: int = Field(default=100, ge=10, le=100, multiple_of=10, description="per cent")
    dim_minutes: Literal[0, 1, 2, 5, 10, 30] = Field(
        default=5, description="minutes without a touch until the panel is dimmed; 0: never"
    )
    sound: bool = Field(default=False, description="a click on a tap, another sound on an error")
    lang: Language = "en"
    theme: ThemeName = "daylight"
    pin_hash: SecretStr | None = Field(
        default=None, description="what is kept of the PIN before the settings"
    )

    @field_validator("base_url")
    @classmethod
    def _is_origin(cls, value: str) -> str:
        return origin(value)


class Panel(NamedTuple):
    """What of the panel's file is right, and whether anything in it was not."""

    values: dict[str, Any]
    broken: bool


class Settings(OnPanel):
    """Everything that can be set, validated.

    Each name is a key of the TOML file and, in capitals behind ``KIOSK_``, an environment variable;
    a table's key follows its table's name behind two underscores.
    """

    base_path: BasePath = Field(
        default="/api/v1", description="/api for a service that is older than its V1 routes"
    )
    events_url: str | None = Field(default=None, description="origin of the event streams")
    monitor_url: str | None = Field(default=None, description="origin of the monitor's WebSocket")
    api_key_file: Path | None = Field(default=None, description="file whose only line is the key")
    state_dir: Path = Field(
        default_factory=_state_dir, description="folder for what outlives the kiosk"
    )
    loop: LoopName = Field(
        default="event", description="stock: Kivy's own main loop, which wakes 60 times a second"
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

    _wrong_file: str = PrivateAttr(default="")

    @field_validator("events_url", "monitor_url")
    @classmethod
    def _is_origin_if_any(cls, value: str | None) -> str | None:
        return None if value is None else origin(value)

    @field_validator("api_key_file", "state_dir", "target_password_file", "export_dir")
    @classmethod
    def _is_path_if_any(cls, value: Path | None) -> Path | None:
        if "\0" in str(value):
            raise ValueError("no path has a NUL in it")
        return value

    @model_validator(mode="before")
    @classmethod
    def _with_all_sources(cls, given: dict[str, Any]) -> dict[str, Any]:
        """Add environment, panel and the file named by ``KIOSK_CONFIG``: the first wins."""
        path = config_file()
        file = _file(path) if path.is_file() else {}
        said = _merged(file, _environment(cls), given)
        # Where the panel's file is kept is a setting of the others; what is no path is told below.
        given_folder = said.get("state_dir")
        is_path = isinstance(given_folder, str | Path) and "\0" not in str(given_folder)
        folder = Path(given_folder) if given_folder and is_path else _state_dir()
        on_panel = panel(_panel_file(folder)).values
        return _merged(file, on_panel, _environment(cls), given)

    def in_place_of(self, error: SettingsError) -> Settings:
        """Return these settings, marked as counting in place of a file that is wrong."""
        self._wrong_file = str(error)
        return self

    @property
    def wrong_file(self) -> str:
        """Return what is wrong with the file in whose place these count; nothing if it is not."""
        return self._wrong_file

    @property
    def kept_key_file(self) -> Path:
        """Return where a key is that a person had kept on this machine, if one is."""
        return self.state_dir / "api-key"

    @property
    def panel_file(self) -> Path:
        """Return where is kept what was set on the panel."""
        return _panel_file(self.state_dir)

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


def _file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"the configuration file is not valid TOML: {error}") from None
    except OSError as error:
        raise SettingsError(f"cannot read {error.filename}: {error.strerror}") from None


def _environment(settings: type[BaseModel]) -> dict[str, Any]:
    """Return what environment variables set, those of tables as tables."""
    variables = {name.lower(): value for name, value in os.environ.items()}
    found: dict[str, Any] = {}
    for name, field in settings.model_fields.items():
        variable = f"{_PREFIX}{name}"
        if variable in variables:
            found[name] = variables[variable]
        elif isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            keys = {key: f"{variable}__{key}" for key in field.annotation.model_fields}
            table = {key: variables[key_] for key, key_ in keys.items() if key_ in variables}
            found |= {name: table} if table else {}
    return found


def _merged(*sources: Mapping[str, Any]) -> dict[str, Any]:
    """Return all that the sources say; the later wins, in tables key by key."""
    merged: dict[str, Any] = {}
    for source in sources:
        for name, value in source.items():
            below = merged.get(name)
            if isinstance(below, Mapping) and isinstance(value, Mapping):
                merged[name] = {**below, **value}
            else:
                merged[name] = value
    return merged


def panel(path: Path) -> Panel:
    """Return what the panel's file says; one wrong setting does not spoil the others."""
    try:
        values = preferences.read(path)
    except preferences.PanelFileError as error:
        _log.warning("cannot read what was set on the panel, in %s: %s", path, error)
        return Panel({}, broken=True)
    try:
        OnPanel(**values)
    except ValidationError as error:
        wrong = {str(found["loc"][0]) for found in error.errors()}
        _log.warning("wrong in %s: %s", path, ", ".join(sorted(wrong)))
        return Panel(_without(values, wrong), broken=True)
    return Panel(values, broken=False)


def _without(values: Mapping[str, Any], wrong: set[str]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in wrong}


def _panel_file(state_dir: Path) -> Path:
    return state_dir / "settings.toml"


def config_file() -> Path:
    """Return the TOML file that counts, which need not be there."""
    return Path(os.environ.get("KIOSK_CONFIG", DEFAULT_CONFIG))


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
