"""The rules of the house that import-linter cannot check. Each proves that it can be broken."""

import ast
import builtins
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from kiosk.pages import WITH_LIST, WITH_SHEET
from kiosk.services.state.model import Route

ROOT = Path(__file__).parent.parent
HOUSE = ROOT / "kiosk"

# Import-linter needs no Kivy to know the layers; it cannot tell a module's top from a function.
BELOW_SCREENS = ("services", "simulator", "settings.py", "displays.py", "embedded.py")
STARTS_QUICKLY = ("__main__.py", "cli", "window.py")
PURE = ("services/wire", "services/state", "services/views")
IO = {"asyncio", "httpx", "selectors", "socket", "sqlite3", "threading", "websockets"}
THREADS = {"concurrent.futures", "multiprocessing", "threading"}

KV_NAMES = {"self", "root", "app", "args", "mm", *dir(builtins)}
# The theme's constants are as much the theme as what app.theme_cls computes.
KV_IMPORT = re.compile(r"#:import (?P<name>[A-Z_]+) kiosk\.screens\.theme\.(?P=name)")
KV_PROPERTY = re.compile(r"\s*(?P<name>[a-z_][\w.]*)\s*:\s*(?P<code>[^\s#].*)")


def sources(*parts: str) -> Iterator[Path]:
    """Return the Python files of these modules and folders of the house, or of all of it."""
    for part in parts or (".",):
        path = HOUSE / part
        yield from sorted(path.rglob("*.py")) if path.is_dir() else [path]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def broken(paths: Iterable[Path], check: Callable[[str], Iterable[str]]) -> str:
    """Return a line for each breach that ``check`` finds in the text of ``paths``."""
    lines = [f"{name_of(path)}: {breach}" for path in paths for breach in check(path.read_text())]
    return "\n".join(["", *lines]) if lines else ""


def imports(tree: ast.AST, *, everywhere: bool = True) -> Iterator[str]:
    """Return the full names that a module imports, inside its functions too or only when loaded."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif everywhere or not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from imports(node, everywhere=everywhere)


def importing(*packages: str, everywhere: bool = True) -> Callable[[str], list[str]]:
    """Return a check that finds imports of these packages."""

    def check(text: str) -> list[str]:
        return [
            f"imports {name}"
            for name in imports(ast.parse(text), everywhere=everywhere)
            if any(name == package or name.startswith(f"{package}.") for package in packages)
        ]

    return check


def longer_than(limit: int) -> Callable[[str], list[str]]:
    """Return a check that finds texts of ``limit`` lines and more."""

    def check(text: str) -> list[str]:
        number = len(text.splitlines())
        return [f"has {number} lines, {limit} are too many"] if number >= limit else []

    return check


def defining(name: str) -> Callable[[str], list[str]]:
    """Return a check that finds definitions of a function."""

    def check(text: str) -> list[str]:
        return [
            f"defines {name} in line {node.lineno}"
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name
        ]

    return check


def naming(*names: str) -> Callable[[str], list[str]]:
    """Return a check that finds these names, alone, as attribute or imported."""

    def check(text: str) -> list[str]:
        tree = ast.parse(text)
        used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        used |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        used |= {name.rpartition(".")[2] for name in imports(tree)}
        return [f"uses {name}" for name in names if name in used]

    return check


def kv_breaches(text: str) -> list[str]:
    """Return what a kv uses beyond self, root and app.theme_cls."""
    found = []
    known = set(KV_NAMES)
    for number, line in enumerate(text.splitlines(), 1):
        if constant := KV_IMPORT.fullmatch(line):
            known.add(constant["name"])
        elif line.startswith("#:"):
            found.append(f"line {number} has a directive: {line}")
        if line.lstrip().startswith("#") or not line.strip():
            continue
        code = line.strip()
        if property_ := KV_PROPERTY.fullmatch(line):
            code = property_["code"]
            if property_["name"] == "id":
                found.append(f"line {number} gives an id")
        elif code.endswith(":"):
            continue  # the head of a rule, a widget or a block
        found += [f"line {number} {breach}" for breach in kv_code_breaches(ast.parse(code), known)]
    return found


def kv_code_breaches(tree: ast.AST, known: set[str]) -> Iterator[str]:
    """Return what an expression of a kv may not use."""
    nodes = list(ast.walk(tree))
    names = [node for node in nodes if isinstance(node, ast.Name)]
    bound = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    yield from (f"uses {node.id}" for node in names if node.id not in known | bound)
    attributes = [node for node in nodes if isinstance(node, ast.Attribute)]
    yield from ("uses ids" for node in attributes if node.attr == "ids")
    theme = [node.value for node in attributes if node.attr == "theme_cls"]
    yield from (
        "uses app beyond app.theme_cls"
        for node in names
        if node.id == "app" and not any(node is owner for owner in theme)
    )


def missing_namesakes(route: str, house: Path) -> list[str]:
    """Return the files that a route should have and has not.

    A route that is a list or a sheet of facts, with the screen and kv of all of them, is a view.
    """
    expected = {f"kiosk/services/views/{route}.py"}
    if route not in WITH_LIST | WITH_SHEET:
        expected |= {f"kiosk/kv/{route}.kv", f"kiosk/screens/{route}.py"}
    return sorted(name for name in expected if not (house / name).is_file())


def test_there_is_no_kivy_below_the_screens() -> None:
    check = importing("kivy", "kivymd")
    assert not broken(sources(*BELOW_SCREENS), check), broken(sources(*BELOW_SCREENS), check)
    assert check("def late():\n    from kivy.clock import Clock\n")


def test_a_command_starts_without_loading_kivy() -> None:
    check = importing("kivy", "kivymd", "kiosk.app", "kiosk.screens", everywhere=False)
    assert not broken(sources(*STARTS_QUICKLY), check), broken(sources(*STARTS_QUICKLY), check)
    assert check("if True:\n    import kivy\n")
    assert not check("def late():\n    import kivy\n")


def test_wire_state_and_views_do_no_io() -> None:
    check = importing(*IO)
    assert not broken(sources(*PURE), check), broken(sources(*PURE), check)
    assert check("import asyncio\n")
    assert check("from httpx import Response\n")
    assert not check("from kiosk.services.wire import mac\n")


def test_only_commands_know_the_simulator() -> None:
    check = importing("kiosk.simulator")
    outside = [
        path
        for path in sources()
        if path.relative_to(HOUSE).parts[0] not in {"simulator", "cli", "__main__.py"}
    ]
    assert not broken(outside, check), broken(outside, check)
    assert check("from kiosk.simulator.cli import run\n")


def test_there_is_one_thread() -> None:
    check = importing(*THREADS)
    above = [path for path in sources() if "simulator" not in path.parts]
    assert not broken(above, check), broken(above, check)
    assert check("from concurrent.futures import ThreadPoolExecutor\n")


def test_only_what_draws_knows_the_clock_of_kivy() -> None:
    check = importing("kivy.clock", "kivy.app.App.get_running_app", "kivymd.app.MDApp.get_running")
    # The tour is a person at the panel: it waits for frames as a person does.
    drawing = {"ahead.py", "app.py", "pacer.py", "loop.py", "inputs.py"}
    exempt = drawing | {"screens/frame.py", "screens/widgets", "tour"}
    rest = [path for path in sources() if not within(path, exempt)]
    assert not broken(rest, check), broken(rest, check)
    assert check("from kivy.clock import Clock\n")


def test_nobody_asks_for_the_running_app() -> None:
    check = naming("get_running_app")
    rest = [path for path in sources() if not within(path, {"app.py", "screens/widgets"})]
    assert not broken(rest, check), broken(rest, check)
    assert check("App.get_running_app().stop()\n")


def test_nothing_is_cleaned_up_in_on_stop() -> None:
    check = defining("on_stop")
    assert not broken(sources(), check), broken(sources(), check)
    assert check("class App:\n    def on_stop(self): ...\n")


def test_a_screen_stays_under_200_lines() -> None:
    check = longer_than(200)
    assert not broken(sources("screens"), check), broken(sources("screens"), check)
    assert check("pass\n" * 200)


def test_a_module_stays_under_400_lines() -> None:
    check = longer_than(400)
    assert not broken(sources(), check), broken(sources(), check)
    assert check("pass\n" * 400)


def test_each_route_has_a_kv_a_screen_and_a_view_of_its_name() -> None:
    missing = [name for route in Route for name in missing_namesakes(route, ROOT)]
    assert not missing, f"missing: {missing}"
    assert len(missing_namesakes("no-such-route", ROOT)) == 3


def test_kv_uses_only_self_root_and_the_theme() -> None:
    files = sorted(HOUSE.glob("kv/*.kv"))
    assert files
    assert not broken(files, kv_breaches), broken(files, kv_breaches)


def test_a_kv_that_reaches_out_is_found() -> None:
    assert kv_breaches("#:import Clock kivy.clock.Clock\n")
    assert kv_breaches("<Tile>:\n    id: tile\n")
    assert kv_breaches("<Tile>:\n    text: root.ids.other.text\n")
    assert kv_breaches("<Tile>:\n    text: other.text\n")
    assert kv_breaches("<Tile>:\n    text: app.store.state\n")
    assert kv_breaches("<Tile>:\n    on_release:\n        Clock.schedule_once(root.go)\n")
    assert kv_breaches("<Tile>:\n    font_name: FONT\n")
    assert not kv_breaches("#:import FONT kiosk.screens.theme.FONT\n<Tile>:\n    name: FONT\n")
    assert not kv_breaches("<Tile@Label>:\n    color: app.theme_cls.good\n    text: 'ids: app'\n")


def within(path: Path, parts: set[str]) -> bool:
    return any(path == HOUSE / part or HOUSE / part in path.parents for part in parts)
