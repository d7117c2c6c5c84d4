"""The native package answers as the source does: the tests of what is compiled, run against it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.tools.compilation import ROOT, CannotCompile, compile_package, environment_of

pytestmark = [pytest.mark.real, pytest.mark.timeout(900)]

# In one process, so that it is what the tests see that is looked at.
RUN = """
import importlib, sys, pytest
from app.tools.compilation import MODULES
files = {name: importlib.import_module(name).__file__ for name in MODULES}
if slow := [file for file in files.values() if not file.endswith(".so")]:
    sys.exit(f"not native: {slow}")
sys.exit(pytest.main(["--import-mode=append", "-p", "no:cacheprovider", *sys.argv[1:]]))
"""


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    try:
        return compile_package()
    except CannotCompile as reason:
        pytest.skip(str(reason))


@pytest.mark.parametrize("tests", ["tests/style", "tests/safety"])
def test_what_is_compiled_passes_the_tests_of_its_source(tests: str, compiled: Path) -> None:
    environment = {**os.environ, **environment_of(compiled)}
    done = subprocess.run([sys.executable, "-c", RUN, tests], cwd=ROOT, env=environment, text=True, capture_output=True)

    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
