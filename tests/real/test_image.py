"""The Dockerfile, built and run without a daemon, on a base image made here from Debian's packages."""

import ast
import contextlib
import hashlib
import http.client
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.tools.compilation import MODULES

pytestmark = [pytest.mark.real, pytest.mark.timeout(900)]

ROOT = Path(__file__).parents[2]
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "warmline" / "image"
PACKAGES = "python3,python3-venv,ca-certificates"
CA_BUNDLE = Path("etc/ssl/certs/ca-certificates.crt")
MEGABYTE = 1_000_000


def buildah(*arguments: str | Path) -> str:
    done = subprocess.run(buildah_command(*arguments), env=buildah_env(), text=True, capture_output=True)
    assert done.returncode == 0, f"buildah {arguments[0]}: {done.stdout[-4000:]}{done.stderr[-4000:]}"
    return done.stdout.strip()


def buildah_command(*arguments: str | Path) -> list[str]:
    """A store of our own, so that the images of whoever runs the tests stay untouched."""
    store = ["--root", f"{CACHE}/storage", "--runroot", f"{CACHE}/run", "--storage-driver", "vfs"]
    return ["buildah", *store, *map(str, arguments)]


def buildah_env() -> dict[str, str]:
    return {**os.environ, "BUILDAH_ISOLATION": "chroot"}


def pip_conf() -> str:
    """This machine's pip settings, less what names a folder of it: that does not exist inside."""
    listing = [sys.executable, "-m", "pip", "config", "list"]
    wanted = {}
    for line in subprocess.run(listing, check=True, text=True, capture_output=True).stdout.splitlines():
        key, _, quoted = line.partition("=")
        values = [v for v in str(ast.literal_eval(quoted)).split() if not v.startswith(("/", "file:"))]
        if values:
            wanted[key.rpartition(".")[2]] = "\n  ".join(values)
    wanted["cert"] = f"/{CA_BUNDLE}"
    return "[global]\n" + "".join(f"{key} = {value}\n" for key, value in wanted.items())


@pytest.fixture(scope="module")
def base() -> str:
    """A Debian with Python, kept between runs; another recipe gives another name."""
    missing = [program for program in ("buildah", "debootstrap") if not shutil.which(program)]
    assert not missing, f"these programs are missing: {missing}"
    assert os.geteuid() == 0, "debootstrap needs root"
    bundle = Path(ssl.get_default_verify_paths().cafile or f"/{CA_BUNDLE}").read_bytes()
    recipe = hashlib.sha256(PACKAGES.encode() + bundle + pip_conf().encode()).hexdigest()[:12]
    name = f"localhost/warmline-python:{recipe}"
    if name in buildah("images", "--format", "{{.Name}}:{{.Tag}}").splitlines():
        return name
    CACHE.mkdir(parents=True, exist_ok=True)
    container = buildah("from", "scratch")
    try:
        tree = Path(buildah("mount", container))
        command = ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", "bookworm", str(tree)]
        done = subprocess.run(command, text=True, capture_output=True)
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr
        (tree / CA_BUNDLE).write_bytes(bundle)
        (tree / "etc/pip.conf").write_text(pip_conf())
        for spent in ("var/cache/apt", "var/lib/apt/lists"):
            shutil.rmtree(tree / spent)
        buildah("commit", "--format", "docker", container, name)
    finally:
        buildah("rm", container)
    return name


@pytest.fixture(scope="module")
def image(base: str) -> Iterator[str]:
    name = f"localhost/warmline-test:{os.getpid()}"
    build = ["bud", "--format", "docker", "--network", "host", "--pull-never"]
    buildah(*build, "--build-arg", f"PYTHON_IMAGE={base}", "-t", name, ROOT)
    yield name
    buildah("rmi", name)


@pytest.fixture
def container(image: str) -> Iterator[str]:
    name = buildah("from", "--pull-never", image)
    yield name
    buildah("rm", name)


def inspect(image: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(buildah("inspect", "--type", "image", image))
    return found


def config_of(image: str) -> dict[str, Any]:
    config: dict[str, Any] = inspect(image)["Docker"]["config"]
    return config


def layer_bytes(image: str) -> int:
    return sum(layer["size"] for layer in json.loads(inspect(image)["Manifest"])["layers"])


@dataclass
class Service:
    """The image's own command in a container, with the config of `k8s/base`, on a free port of this machine."""

    container: str
    tree: Path
    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=330)
        try:
            headers = {"content-type": "application/json"}
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        finally:
            connection.close()

    def await_ok(self, path: str, seconds: float) -> float:
        started = time.monotonic()
        answer: object = None
        while (waited := time.monotonic() - started) < seconds:
            assert self.process.poll() is None, self.log.read_text()
            try:
                answer = status, _ = self.ask("GET", path)
            except OSError as error:
                answer, status = error, 0
            if status == 200:
                return waited
            time.sleep(0.2)
        pytest.fail(f"{path} after {seconds} s: {answer}\n{self.log.read_text()}")

    def inside(self) -> list[int]:
        """The container's processes: those whose root folder is its tree."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):  # it ended meanwhile
                if (entry / "root").samefile(self.tree):
                    found.append(int(entry.name))
        return found

    def megabytes(self) -> float:
        """Memory of all its processes, what they share counted once (PSS)."""
        rollups = [Path(f"/proc/{process}/smaps_rollup").read_text() for process in self.inside()]
        return sum(int(rollup.partition("Pss:")[2].split()[0]) for rollup in rollups) * 1024 / MEGABYTE

    def end(self) -> None:
        for process in self.inside():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@pytest.fixture
def service(image: str, container: str, tmp_path: Path) -> Iterator[Service]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = on_port(port, config_of(image)["Cmd"])
    settings = {"WARMLINE_CONFIG": "/etc/warmline/warmline.yaml"} | {
        f"WARMLINE_DEADLINES__{name}_S": "300" for name in ("FIRST_TOKEN", "BETWEEN_TOKENS", "ATTEMPT", "TOTAL")
    }  # a busy machine writes slowly, which is not the image's fault
    options = ["--network", "host", "--volume", f"{ROOT}/k8s/base:/etc/warmline:ro"]
    options += [f"--env={name}={value}" for name, value in settings.items()]
    tree, log = Path(buildah("mount", container)), tmp_path / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            buildah_command("run", *options, container, "--", *command),
            env=buildah_env(),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    started = Service(container, tree, port, process, log)
    yield started
    started.end()


def on_port(port: int, command: list[str]) -> list[str]:
    return [word.replace("8000", str(port)) for word in command]


def parent(process: int) -> int:
    return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])


def test_the_image_says_how_to_run_it(image: str) -> None:
    config = config_of(image)
    assert config["User"] == "10001:10001"
    assert config["Cmd"][:2] == ["uvicorn", "app.main:app"]
    assert config["Healthcheck"]["Test"][0] == "CMD"
    assert config["StopSignal"] in ("SIGTERM", "15")
    assert config["ExposedPorts"] == {"8000/tcp": {}}
    assert {"PYTHONUNBUFFERED=1", "PYTHONDONTWRITEBYTECODE=1"} <= set(config["Env"])
    assert config["Labels"]["org.opencontainers.image.licenses"] == "Apache-2.0"


def test_the_image_adds_less_than_200_megabytes_to_its_base(
    image: str, base: str, capsys: pytest.CaptureFixture[str]
) -> None:
    below = layer_bytes(base) / MEGABYTE
    added = layer_bytes(image) / MEGABYTE - below
    with capsys.disabled():
        sys.stdout.write(f"\nimage: {added:.0f} MB on a base of {below:.0f} MB\n")
    assert added < 200


def test_the_image_holds_every_file_of_the_package_and_no_installer(container: str) -> None:
    (packages,) = Path(buildah("mount", container), "opt/venv/lib").glob("python3*/site-packages")
    shipped = [path for path in (ROOT / "app").rglob("*") if path.is_file() and path.suffix != ".pyc"]
    missing = [path for path in shipped if not (packages / path.relative_to(ROOT)).is_file()]
    assert missing == []
    assert [name for name in ("pip", "setuptools") if (packages / name).exists()] == []


def test_the_image_runs_the_native_modules(container: str) -> None:
    code = "import importlib, sys; print(*(importlib.import_module(name).__file__ for name in sys.argv[1:]))"
    files = buildah("run", container, "--", "python3", "-c", code, *MODULES).split()
    assert [file for file in files if not file.endswith(".so")] == []
    assert len(files) == len(MODULES)


def test_the_image_imports_what_it_needs_as_its_own_user(container: str) -> None:
    code = "import os, app, xllamacpp; print(os.getuid(), os.getgid(), os.access('/opt/venv', os.W_OK))"
    assert buildah("run", container, "--", "python3", "-c", code) == "10001 10001 False"


def test_the_container_replies_and_leaves_nothing_behind(
    image: str, service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    alive = service.await_ok("/healthz", 60)
    ready = alive + service.await_ok("/readyz", 120)
    healthcheck = on_port(service.port, config_of(image)["Healthcheck"]["Test"][1:])
    buildah("run", "--network", "host", service.container, "--", *healthcheck)

    asked = time.monotonic()
    status, answer = service.ask("POST", "/reply", {"post": "I failed my exam again and feel alone with it."})
    replied = time.monotonic() - asked
    assert status == 200, answer
    assert answer["reply"].strip()
    with capsys.disabled():
        sys.stdout.write(
            f"\ncontainer: alive after {alive:.1f} s, ready after {ready:.1f} s, {answer['outcome']} in "
            f"{replied:.1f} s, {service.megabytes():.0f} MB of memory\n"
        )

    inside = service.inside()
    (first,) = [process for process in inside if parent(process) not in inside]
    os.kill(first, signal.SIGTERM)  # to the first process alone, as a container runtime does
    service.process.wait(30)
    assert service.inside() == [], service.log.read_text()
    written = [path for path in service.tree.rglob("*") if path.lstat().st_uid == 10001]
    assert [path for path in written if service.tree / "tmp" not in path.parents] == []
