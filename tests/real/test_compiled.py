"""The native package answers as the source does."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.tools.compilation import ROOT, CannotCompile, compile_package, environment_of

pytestmark = [pytest.mark.real, pytest.mark.timeout(900)]

# In the process of the tests, so that it is what they see that is looked at.
NATIVE = """
import importlib, sys
from app.tools.compilation import MODULES
files = {name: importlib.import_module(name).__file__ for name in MODULES}
if slow := [file for file in files.values() if not file.endswith(".so")]:
    sys.exit(f"not native: {slow}")
"""
TESTS = 'import pytest; sys.exit(pytest.main(["--import-mode=append", "-p", "no:cacheprovider", *sys.argv[1:]]))'
ANSWERS = "from tests.real.answers import main; main()"


@pytest.fixture(scope="module")
def compiled() -> Path:
    try:
        return compile_package()
    except CannotCompile as reason:
        pytest.skip(str(reason))


def run(folder: Path, code: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={**os.environ, **environment_of(folder), "PYTHONHASHSEED": "0"},
        cwd=ROOT,
        text=True,
        capture_output=True,
    )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
    return done.stdout


@pytest.mark.parametrize("tests", ["tests/style", "tests/safety", "tests/reply", "tests/care", "tests/access"])
def test_what_is_compiled_passes_the_tests_of_its_source(tests: str, compiled: Path) -> None:
    run(compiled, NATIVE + TESTS, tests)


def test_every_answer_is_that_of_the_source(compiled: Path) -> None:
    assert run(compiled, NATIVE + ANSWERS).splitlines() == run(ROOT, ANSWERS).splitlines()
