"""The house rules that a machine can hold: imports one way, small files, small functions."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

APP = Path(__file__).parents[1] / "app"
MODULES = sorted(APP.rglob("*.py"))

# package: what of the app it may import beside itself. The root files are named by their stem.
MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "settings": {"safety"},
    "config_file": {"settings"},
    "style": set(),
    "safety": set(),
    "telemetry": {"app"},
    "reply": {"errors", "style", "safety"},
    "workers": {"errors", "reply", "safety", "settings", "telemetry"},
    "escalation": {"errors", "settings", "telemetry"},
    "access": {"errors", "settings", "telemetry"},
    "api": {"access", "errors", "escalation", "reply", "safety", "settings", "style", "telemetry", "workers"},
    "tools": {"access", "config_file", "errors", "main", "reply", "safety", "settings", "style"},
    "config_watch": {"config_file"},
    "composition": {"access", "api", "escalation", "reply", "safety", "settings", "style", "telemetry", "workers"},
    "reloading": {
        *("access", "api", "composition", "config_file", "config_watch"),
        *("safety", "settings", "style", "telemetry", "workers"),
    },
    "main": {
        *("access", "api", "app", "composition", "config_file", "config_watch", "escalation"),
        *("reloading", "reply", "safety", "settings", "style", "telemetry", "workers"),
    },
    "app": set(),
}
# Libraries that only one place knows.
ONLY_IN: dict[str, set[str]] = {
    "fastapi": {"api", "main"},
    "starlette": {"api", "main"},
    "aiohttp": {"escalation", "workers"},
    "prometheus_client": {"telemetry"},
    "redis": {"access"},
    "pydantic": {"api", "settings", "config_file"},
    "yaml": {"config_file", "safety"},
    "xllamacpp": {"workers"},
    "sklearn": {"tools"},
    "numpy": {"tools"},
    "scipy": {"tools"},
    "emoji": {"style", "reply"},
    "logging": {"access", "api", "composition", "escalation", "main", "reloading", "telemetry", "workers"},
    "uvicorn": {"api"},
}


def _package(path: Path) -> str:
    parts = path.relative_to(APP).parts
    return parts[0] if len(parts) > 1 else path.stem.replace("__init__", "app")


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module == "app":
                yield from (f"app.{alias.name}" for alias in node.names)
            else:
                yield node.module


def _broken_rules(path: Path) -> Iterator[str]:
    own = _package(path)
    for name in _imports(path):
        top, _, rest = name.partition(".")
        if top == "app":
            target = rest.split(".")[0]
            target = target if target in MAY_IMPORT else "app"
            if target != own and target not in MAY_IMPORT[own]:
                yield f"{path.name} imports app.{target}"
        elif own not in ONLY_IN.get(top, {own}):
            yield f"{path.name} imports {top}"


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_imports_point_one_way() -> None:
    assert [rule for path in MODULES for rule in _broken_rules(path)] == []


def test_a_wrong_import_would_be_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = tmp_path / "style" / "wrong.py"
    wrong.parent.mkdir()
    wrong.write_text("import aiohttp\nfrom app.workers.pool import Pool\nfrom app import errors\n")
    monkeypatch.setattr("tests.test_architecture.APP", tmp_path)

    assert list(_broken_rules(wrong)) == [
        "wrong.py imports aiohttp",
        "wrong.py imports app.workers",
        "wrong.py imports app.errors",
    ]


def test_the_environment_is_read_in_one_place() -> None:
    readers = [path.name for path in MODULES if "os.environ" in path.read_text(encoding="utf-8")]

    assert readers == ["config_file.py", "embedded_server.py"]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(APP)))
def test_files_and_functions_stay_small(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 250
    long = [f.name for f in _functions(path) if (f.end_lineno or 0) - f.lineno + 1 > 40]

    assert long == []


def test_every_module_says_what_it_is_for() -> None:
    assert [path.name for path in MODULES if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))] == []


def test_names_are_nouns_of_the_field() -> None:
    banned = {"utils", "helpers", "manager", "base", "common"}
    assert [path.name for path in MODULES if banned & set(path.stem.split("_"))] == []
