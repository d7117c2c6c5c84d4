"""The hot modules as native code, in a copy of the package: `make compiled` runs `python -m app.tools.compilation`.

mypyc compiles what is typed and pure; the answers stay the same. The checkout itself stays pure Python, since a native
module that lay beside its source would go on shadowing it after a change. Who has no compiler runs the source.
"""

import argparse
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from hashlib import sha256
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parents[2]
# A folder for `PYTHONPATH`, or for uvicorn's `--app-dir`.
COMPILED = ROOT / "build" / "compiled"
# Where a request spends its time. Left out is what does not gain, since regular expressions are native already and data
# is read once, and what mypyc cannot take: `app.style.word_lists` and `app.safety.verdict`.
MODULES = (
    "app.access.local_limits", "app.access.windows",
    "app.reply.conversation", "app.reply.length", "app.reply.outcomes", "app.reply.residue", "app.reply.review",
    "app.reply.sentences", "app.reply.tokens",
    "app.safety.checks", "app.safety.contacts", "app.safety.contraindications", "app.safety.diagnoses",
    "app.safety.echoes", "app.safety.families", "app.safety.features", "app.safety.instructions",
    "app.safety.languages", "app.safety.machinery", "app.safety.plain_text", "app.safety.reading", "app.safety.rules",
    "app.safety.screen", "app.safety.sentences", "app.safety.spellings", "app.safety.weights",
    "app.style.chunks", "app.style.comparison", "app.style.cues", "app.style.diversity", "app.style.emojis",
    "app.style.languages", "app.style.marks", "app.style.measures", "app.style.readability", "app.style.rounding",
    "app.style.signature", "app.style.tactics", "app.style.text", "app.style.tokens", "app.style.wording",
)  # fmt: skip
# Run in the copy. Types are checked by `make check`, so that nothing which a module imports has to be there.
_SETUP = """
import sys
from mypyc.build import mypycify
from setuptools import setup
options = ["--config-file=", "--ignore-missing-imports", "--follow-imports=silent"]
setup(
    name="app",
    ext_modules=mypycify([*options, *sys.argv[1:]], opt_level="2", debug_level="0"),
    script_args=["--quiet", "build_ext", "--inplace"],
)
"""
_STAMP = "stamp"


class CannotCompile(Exception):
    """There is no native package; the message says what is missing, or what the compiler said."""


def compile_package(folder: Path = COMPILED) -> Path:
    """A folder with a copy of the package in which `MODULES` are native; made anew where a source has changed.

    Raises:
        CannotCompile: where something is missing, or a module does not compile.
    """
    if missing := list(_missing()):
        raise CannotCompile(f"to compile, this is missing: {'; '.join(missing)}")
    stamp, wanted = folder / _STAMP, _digest()
    if stamp.exists() and stamp.read_text() == wanted:
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / "app", folder / "app", ignore=shutil.ignore_patterns("__pycache__", "*.so"))
    paths = [f"{name.replace('.', '/')}.py" for name in MODULES]
    command = [sys.executable, "-c", _SETUP, *paths]
    done = subprocess.run(command, cwd=folder, text=True, capture_output=True)  # noqa: S603
    if done.returncode:
        raise CannotCompile(f"mypyc failed:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    for scaffold in ("build", ".mypy_cache"):
        shutil.rmtree(folder / scaffold, ignore_errors=True)
    stamp.write_text(wanted)
    return folder


def environment_of(folder: Path) -> dict[str, str]:
    """The variables with which Python finds the native package before the source, and everything else of the checkout.

    Without the first, `python -m` would look into the folder that it is called from before all others.
    """
    return {"PYTHONSAFEPATH": "1", "PYTHONPATH": f"{folder}:{ROOT}"}


def _missing() -> Iterator[str]:
    compiler = (sysconfig.get_config_var("CC") or "cc").split()[0]
    if not shutil.which(compiler):
        yield f"a C compiler ({compiler}; Debian: gcc and libc6-dev)"
    header = Path(sysconfig.get_path("include")) / "Python.h"
    if not header.exists():
        yield f"{header} (Debian: python3-dev)"
    for package in ("mypyc", "setuptools"):
        if not find_spec(package):
            yield f"{package} (pip: mypy[mypyc])"


def _digest() -> str:
    """What the result depends on: every file of the package, this list of modules among them, Python and mypyc."""
    digest = sha256(f"{sys.version} {sys.executable} {metadata.version('mypy')}".encode())
    for path in sorted((ROOT / "app").rglob("*")):
        if path.is_file() and path.suffix not in (".pyc", ".so"):
            digest.update(f"\n{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def main(arguments: list[str] | None = None) -> None:
    """Compile, and say where the package lies."""
    parser = argparse.ArgumentParser(prog="python -m app.tools.compilation", description=__doc__)
    parser.parse_args(arguments)
    try:
        folder = compile_package()
    except CannotCompile as reason:
        sys.exit(str(reason))
    print(f"{len(MODULES)} native modules: uvicorn --app-dir {folder.relative_to(ROOT)} app.main:app")


if __name__ == "__main__":
    main()
