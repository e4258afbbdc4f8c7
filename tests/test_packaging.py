"""What is installed is what was asked for: the files, the pins, the command line."""

import re
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import distribution, entry_points
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from kiosk.__main__ import main

ROOT = Path(__file__).parent.parent

# design.md, "The command line is an interface too".
COMMANDS = {
    "run": "--base-url --api-key-file --config --display --lang --theme --trace",
    "demo": "--devices --seed --speed --scenario --config --display --lang --theme --trace",
    "simulate": "--port --devices --seed --speed --dialect --api-key --state",
    "api": "--json --base-url --api-key-file --config",
    "watch": "--session --json --raw --base-url --api-key-file --config",
    "doctor": "--json --base-url --api-key-file --config",
    "tour": "--out --display --lang --theme --config",
}
OPERATIONS = {
    **dict.fromkeys(
        ["health", "system-info", "auth-status", "network", "recoverable", "wifi-scan"], "--json"
    ),
    **dict.fromkeys(["stop", "provision-all", "resume", "provision", "retry"], "--json"),
    "wifi-status": "--json",
    "allowlist": "--available --json",
    "allowlist-add": "--description --container --json",
    "allowlist-remove": "--json",
    "session": "--devices --json",
    "devices": "--state --json",
    "start": "--ssid --password-file --discovery-timeout --provisioning-timeout"
    " --verification-timeout --json",
}


def help_of(capsys: pytest.CaptureFixture[str], *command: str) -> set[str]:
    """Return the words of a command's help."""
    with pytest.raises(SystemExit) as end:
        main([*command, "--help"])
    assert end.value.code == 0
    return set(re.findall(r"[\w-]+", capsys.readouterr().out))


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pairs = (line.split("==") for line in lines if not line.startswith("#"))
    return {canonicalize_name(name): version for name, version in pairs}


def required(name: str, extras: set[str], seen: set[tuple[str, str]]) -> dict[str, str]:
    """Return everything that a distribution needs here, directly or not, as it is installed."""
    found = {}
    for line in distribution(name).requires or []:
        requirement = Requirement(line)
        asked = [{"extra": extra} for extra in extras | {""}]
        if requirement.marker and not any(requirement.marker.evaluate(each) for each in asked):
            continue
        key = (canonicalize_name(requirement.name), ",".join(sorted(requirement.extras)))
        if key in seen:
            continue
        seen.add(key)
        found[key[0]] = distribution(requirement.name).version
        found |= required(requirement.name, requirement.extras, seen)
    return found


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the package as ``pip install .`` does; from a copy, so that nothing is left."""
    copy = tmp_path_factory.mktemp("checkout")
    for name in ("kiosk", "assets"):
        ignored = shutil.ignore_patterns("__pycache__", "*.mo")
        shutil.copytree(ROOT / name, copy / name, symlinks=True, ignore=ignored)
    for name in ("pyproject.toml", "setup.py", "MANIFEST.in"):
        shutil.copy(ROOT / name, copy)
    build = "from setuptools.build_meta import build_wheel; build_wheel('dist')"
    subprocess.run([sys.executable, "-c", build], cwd=copy, check=True, capture_output=True)
    (path,) = copy.glob("dist/*.whl")
    return path


def test_the_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert help_of(capsys) >= set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_commands_help_names_every_option(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert help_of(capsys, command) >= set(COMMANDS[command].split())


def test_the_help_of_api_names_every_operation(capsys: pytest.CaptureFixture[str]) -> None:
    assert help_of(capsys, "api") >= set(OPERATIONS)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operations_help_names_every_option(
    operation: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert help_of(capsys, "api", operation) >= set(OPERATIONS[operation].split())


def test_the_kiosk_command_is_installed() -> None:
    (entry,) = entry_points(group="console_scripts", name="kiosk")
    assert entry.load() is main


def test_everything_that_the_kiosk_needs_is_pinned_and_installed_as_pinned() -> None:
    installed = required("kiosk", {"dev"}, set())
    assert "kivy" in installed
    assert "pycairo" in installed
    assert {name: pins().get(name) for name in installed} == installed


def test_the_wheel_holds_every_file_of_the_house(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    patterns = ["**/*.py", "kv/*.kv", "assets/fonts/*"]
    expected = {path for pattern in patterns for path in (ROOT / "kiosk").glob(pattern)}
    names = {str(path.relative_to(ROOT)) for path in expected}
    names |= {"kiosk/locale/pt_BR/LC_MESSAGES/kiosk.mo"}
    assert names - held == set()
    assert any(name.endswith(".ttf") for name in names)
    assert any(name.endswith(".kv") for name in names)


def test_an_installed_kiosk_runs_without_the_checkout(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path)
    code = (
        "import kiosk\n"
        "from kiosk.services.views import language\n"
        "language.use('pt_BR')\n"
        "print(kiosk.__file__, language._('Provision all'))\n"
    )
    command = [sys.executable, "-c", code]
    answer = subprocess.run(
        command, cwd=tmp_path, check=True, capture_output=True, text=True, timeout=60
    )
    file, words = answer.stdout.strip().split(" ", 1)
    assert Path(file).is_relative_to(tmp_path)
    assert words == "Configurar todas"
