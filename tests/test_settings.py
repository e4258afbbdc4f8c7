"""Settings: which source wins, one clear sentence for what is wrong, secrets kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk import settings
from kiosk.settings import Settings, SettingsError, load
from tests.support.canary import KEY, OTHER_KEY, PASSWORD, leaks, secret_file

Write = Callable[[str], Path]


@pytest.fixture(autouse=True)
def no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"KIOSK_{name.upper()}", raising=False)
    for name in ("CREDENTIALS_DIRECTORY", "STATE_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    # Set first, so that what load() puts there is taken back afterwards.
    monkeypatch.setenv("KIOSK_CONFIG", "")
    monkeypatch.delenv("KIOSK_CONFIG")
    monkeypatch.setattr(settings, "DEFAULT_CONFIG", tmp_path / "none.toml")


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(text: str) -> Path:
        path = tmp_path / "kiosk.toml"
        path.write_text(text)
        return path

    return written


def test_without_any_source_the_defaults_hold() -> None:
    found = load()
    assert found.base_url == "http://127.0.0.1:8081"
    assert (found.display, found.lang, found.theme) == ("td1", "en", "daylight")
    assert found.target_ssid is None
    assert found.api_key() is None
    assert found.target_password() is None


def test_the_environment_wins_over_the_file(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write('display = "ws7"\nlang = "pt_BR"\n')
    monkeypatch.setenv("KIOSK_DISPLAY", "hd10")
    found = load(path)
    assert (found.display, found.lang) == ("hd10", "pt_BR")


def test_the_command_line_wins_over_the_environment(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_DISPLAY", "hd10")
    assert load(write('display = "ws7"\n'), display="td2-7").display == "td2-7"


def test_an_option_that_was_not_given_does_not_count(write: Write) -> None:
    assert load(write('display = "ws7"\n'), display=None, lang=None).display == "ws7"


def test_the_file_may_be_named_by_the_environment(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_CONFIG", str(write('theme = "dark"\n')))
    assert load().theme == "dark"


def test_a_named_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"there is no configuration file .*none\.toml"):
        load(tmp_path / "none.toml")


def test_a_file_that_is_no_toml_is_an_error_that_says_where(write: Write) -> None:
    with pytest.raises(SettingsError, match=r"not valid TOML.*line 2"):
        load(write('lang = "en"\ntheme = dark\n'))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("base_url", "127.0.0.1:8081"),
        ("base_url", "ftp://pi"),
        ("base_url", "http://"),
        ("base_url", "http://pi?x=1"),
        ("base_url", "http://[::1"),
        ("display", "big"),
        ("lang", "de"),
        ("theme", "pink"),
    ],
)
def test_a_bad_value_is_one_sentence_that_names_the_setting(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(**{name: value})
    text = str(caught.value)
    assert text.startswith(f"{name}: ")
    assert "\n" not in text
    assert ";" not in text


def test_each_bad_value_has_its_own_sentence(write: Write) -> None:
    with pytest.raises(SettingsError) as caught:
        load(write('lang = "de"\ntheme = "pink"\n'))
    assert "lang: " in str(caught.value)
    assert "; theme: " in str(caught.value)


@pytest.mark.parametrize("value", ["5", "true", "['x']", "1979-05-27", '"a\\u0000b"'])
@pytest.mark.parametrize("name", ["state_dir", "api_key_file", "export_dir"])
def test_what_is_no_path_is_one_sentence_that_names_the_setting(
    write: Write, name: str, value: str
) -> None:
    with pytest.raises(SettingsError, match=rf"^{name}: [^;\n]*path[^;\n]*$"):
        load(write(f"{name} = {value}\n"))


def test_an_unknown_key_of_the_file_is_refused_by_name(write: Write) -> None:
    with pytest.raises(SettingsError, match=r"^displya: "):
        load(write('displya = "td1"\n'))


@pytest.mark.parametrize("url", ["http://kiosk:{}@pi:8081", "http://pi/?key={}"])
def test_a_secret_in_a_wrong_place_is_not_repeated(url: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(base_url=url.format(KEY.replace("/", "%2F")))
    assert not leaks(str(caught.value))


def test_the_base_url_loses_blanks_and_its_last_slash() -> None:
    assert load(base_url=" http://pi:8081/ ").base_url == "http://pi:8081"


def test_settings_cannot_be_changed_afterwards() -> None:
    found = load()
    with pytest.raises(ValueError, match="frozen"):
        found.lang = "pt_BR"  # type: ignore[misc]


# Secrets


def test_the_key_is_the_files_text_without_its_newline(tmp_path: Path) -> None:
    path = secret_file(tmp_path / "key", f"  {KEY}\r\n")
    found = load(api_key_file=path)
    key = found.api_key()
    assert key is not None
    assert key.get_secret_value() == KEY
    assert not leaks(f"{key!r} {found!r}")


def test_an_empty_key_file_is_no_key(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text("\n")
    assert load(api_key_file=path).api_key() is None


def test_the_credential_of_systemd_stands_in_for_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret_file(tmp_path / "api-key", f"{KEY}\n")
    secret_file(tmp_path / "target-password", f"{PASSWORD}\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    key, password = load().api_key(), load().target_password()
    assert key is not None
    assert password is not None
    assert key.get_secret_value() == KEY
    assert password.get_secret_value() == PASSWORD


def test_a_named_file_wins_over_the_credential(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret_file(tmp_path / "api-key", OTHER_KEY)
    secret_file(tmp_path / "mine", KEY)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    key = load(api_key_file=tmp_path / "mine").api_key()
    assert key is not None
    assert key.get_secret_value() == KEY


def test_a_credential_that_was_not_given_is_no_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert load().api_key() is None


def test_a_key_that_was_kept_counts_where_none_was_given(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    secret_file(tmp_path / "kept" / "api-key", f"{KEY}\n").chmod(0o600)
    given = secret_file(tmp_path / "given", OTHER_KEY)
    kept_key = load(state_dir=tmp_path / "kept").api_key()
    given_key = load(state_dir=tmp_path / "kept", api_key_file=given).api_key()
    assert kept_key is not None
    assert given_key is not None
    assert kept_key.get_secret_value() == KEY
    assert given_key.get_secret_value() == OTHER_KEY


def test_state_is_kept_where_systemd_says_else_where_the_user_keeps_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOME", "/home/kiosk")
    monkeypatch.setenv("XDG_STATE_HOME", "not/absolute")
    assert load().state_dir == Path("/home/kiosk/.local/state/kiosk")
    monkeypatch.setenv("XDG_STATE_HOME", "/state")
    assert load().state_dir == Path("/state/kiosk")
    monkeypatch.setenv("STATE_DIRECTORY", "/var/lib/kiosk:/var/lib/more")
    assert load().state_dir == Path("/var/lib/kiosk")
    assert load(state_dir=Path("/mine")).kept_key_file == Path("/mine/api-key")


def test_without_any_home_there_is_a_state_directory_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def nobody() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.setattr(settings.Path, "home", nobody)
    found = load()
    assert not found.state_dir.exists()
    assert found.api_key() is None


def test_a_named_key_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"cannot read .*key: No such file"):
        load(api_key_file=tmp_path / "key").api_key()


def test_a_key_file_that_cannot_be_read_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = secret_file(tmp_path / "key", KEY)

    def denied(*_args: object, **_more: object) -> str:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(settings.Path, "read_text", denied)
    with pytest.raises(SettingsError, match=r"cannot read .*key: Permission denied"):
        load(api_key_file=path).api_key()


def test_a_key_file_that_is_no_text_is_an_error_that_quotes_nothing(tmp_path: Path) -> None:
    path = secret_file(tmp_path / "key", KEY)
    path.write_bytes(path.read_bytes() + b"\xff\xfe")
    with pytest.raises(SettingsError) as caught:
        load(api_key_file=path).api_key()
    assert "it is not text" in str(caught.value)
    assert not leaks(str(caught.value))


def test_a_wifi_password_keeps_the_blank_at_its_end(tmp_path: Path) -> None:
    path = secret_file(tmp_path / "password", f"{PASSWORD} \n")
    password = load(target_password_file=path).target_password()
    assert password is not None
    assert password.get_secret_value() == f"{PASSWORD} "


def test_a_configuration_that_the_environment_names_must_be_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KIOSK_CONFIG", str(tmp_path / "gone.toml"))
    with pytest.raises(SettingsError, match=r"there is no configuration file .*gone\.toml"):
        load()


def test_a_configuration_that_is_no_text_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="not valid TOML"):
        load(path)


@pytest.mark.parametrize("url", ["http://pi:99999", "http://pi:abc", "http://pi:0"])
def test_a_port_that_cannot_be_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match=r"base_url: .*must look like"):
        load(base_url=url)


def test_a_path_behind_the_port_is_refused() -> None:
    with pytest.raises(SettingsError, match="scheme, host and port only"):
        load(base_url="http://pi:8081/api/v1")


def test_an_unknown_setting_is_told_with_those_that_there_are(write: Write) -> None:
    with pytest.raises(SettingsError, match=r"colour: there is no such setting; there are "):
        load(write('colour = "red"\n'))


# What was set on the panel


def on_panel(tmp_path: Path, text: str) -> Path:
    folder = tmp_path / "kept"
    folder.mkdir(exist_ok=True)
    (folder / "settings.toml").write_text(text)
    return folder


def test_what_was_set_on_the_panel_wins_over_the_file(write: Write, tmp_path: Path) -> None:
    folder = on_panel(tmp_path, 'theme = "dark"\nbrightness = 40\n[features]\ndoor = false\n')
    path = write('theme = "daylight"\nlang = "pt_BR"\n[features]\ncameras = false\n')
    found = load(path, state_dir=folder)
    assert (found.theme, found.lang, found.brightness) == ("dark", "pt_BR", 40)
    assert found.features.off() == {"door", "cameras"}


def test_the_environment_and_the_command_line_win_over_the_panel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = on_panel(tmp_path, 'theme = "dark"\nlang = "pt_BR"\nrotation = 90\n')
    monkeypatch.setenv("KIOSK_LANG", "en")
    found = load(state_dir=folder, theme="daylight")
    assert (found.theme, found.lang, found.rotation) == ("daylight", "en", 90)


def test_the_panels_file_is_where_state_is_kept(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = on_panel(tmp_path, 'theme = "dark"\n')
    assert load(write(f'state_dir = "{folder}"\n')).theme == "dark"
    monkeypatch.setenv("KIOSK_STATE_DIR", str(folder))
    assert load(write("")).theme == "dark"
    monkeypatch.delenv("KIOSK_STATE_DIR")
    monkeypatch.setenv("STATE_DIRECTORY", str(folder))
    assert load(write("")).theme == "dark"


def test_one_wrong_setting_of_the_panel_does_not_spoil_the_others(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = on_panel(tmp_path, 'theme = "pink"\nlang = "pt_BR"\nstate_dir = "/"\nbrightness = 7\n')
    found = load(state_dir=folder)
    assert (found.theme, found.lang, found.brightness) == ("daylight", "pt_BR", 100)
    assert "brightness, state_dir, theme" in caplog.text
    assert settings.panel(found.panel_file) == ({"lang": "pt_BR"}, True)


@pytest.mark.parametrize("text", ["theme = ", "\x00", "[features"])
def test_a_panels_file_that_cannot_be_read_stops_nothing(tmp_path: Path, text: str) -> None:
    found = load(state_dir=on_panel(tmp_path, text))
    assert found.theme == "daylight"
    assert settings.panel(found.panel_file) == ({}, True)


def test_without_a_panels_file_nothing_is_wrong(tmp_path: Path) -> None:
    assert settings.panel(tmp_path / "settings.toml") == ({}, False)
    assert settings.panel(tmp_path / "none" / "settings.toml") == ({}, False)


def test_the_hash_of_the_pin_is_not_shown(tmp_path: Path) -> None:
    found = load(state_dir=on_panel(tmp_path, 'pin_hash = "scrypt$00$11"\n'))
    assert "scrypt" not in repr(found)
    assert "scrypt" not in str(found.public())
