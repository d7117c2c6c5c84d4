"""vLLM servers as processes: started, asked for their own numbers, and killed as a group."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from tests.vllm import build

MODELS = ("llama2", "mistral")
# Two servers start side by side in about a minute on two free cores.
READY_S = 600.0
_ENVIRONMENT = {
    "VLLM_CPU_KVCACHE_SPACE": "1",
    # Two servers on two cores: a thread each, and the kernel says where.
    "VLLM_CPU_OMP_THREADS_BIND": "nobind",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "HF_HUB_OFFLINE": "1",
    "VLLM_NO_USAGE_STATS": "1",
    "DO_NOT_TRACK": "1",
}
# SmolLM2 in these parts goes on and on. It is made to stop inside the band, as the models do whose place it
# takes: vLLM tells its count of cached tokens with the last chunk, which a stream that we end never sees.
REPLY_TOKENS = 48
_FLAGS = (
    "--host 127.0.0.1 --max-model-len 2048 --max-num-seqs 16 --enforce-eager --enable-prompt-tokens-details "
    f'--generation-config vllm --override-generation-config {{"max_new_tokens":{REPLY_TOKENS}}}'
).split()


@dataclass(slots=True)
class VllmServer:
    """One vLLM that serves one model."""

    model: str
    port: int
    log: Path
    process: "subprocess.Popen[bytes]"

    @property
    def url(self) -> str:
        """Base URL of the protocol."""
        return f"http://127.0.0.1:{self.port}/v1"

    def is_alive(self) -> bool:
        return self.process.poll() is None

    def is_ready(self) -> bool:
        return self._get("/v1/models")[0] == 200

    def kill(self) -> None:
        """SIGKILL for the server and its engine, at once."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        assert self.process.stdin
        self.process.stdin.close()

    def metric(self, name: str) -> float:
        """The sum of a metric's series, from vLLM's own `/metrics`."""
        values = re.findall(rf"^{re.escape(name)}(?:\{{.*\}})? (\S+)$", self._get("/metrics")[1], re.MULTILINE)
        if not values:
            raise LookupError(f"vLLM has no metric {name}")
        return sum(map(float, values))

    def _get(self, path: str) -> tuple[int, str]:
        """Status and text; (0, "") where there is no answer."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read().decode()
        except (OSError, HTTPException):
            return 0, ""
        finally:
            connection.close()

    def last_words(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")[-4000:]


class Servers:
    """A server for each model; one that was killed is started again when it is asked for."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._servers: dict[str, VllmServer] = {}
        self._failure: build.NotBuilt | None = None

    def all_up(self) -> dict[str, VllmServer]:
        """Every model's server, ready to write.

        Raises:
            NotBuilt: vLLM is not there, or a server did not come up; with its last words. Again at once the next time.
        """
        if self._failure:
            raise self._failure
        try:
            self._bring_up()
        except build.NotBuilt as failure:
            self._failure = failure
            raise
        return dict(self._servers)

    def _bring_up(self) -> None:
        if not build.is_built():
            raise build.NotBuilt(f"vLLM is not in {build.home()}: `make test-vllm` builds it, or says why it cannot")
        for model in MODELS:
            if model not in self._servers or not self._servers[model].is_alive():
                self._servers[model] = _start(model, self._logs)
        end = time.monotonic() + READY_S
        for server in self._servers.values():
            while not server.is_ready():
                if not server.is_alive() or time.monotonic() > end:
                    raise build.NotBuilt(f"vLLM did not come up as {server.model}:\n{server.last_words()}")
                time.sleep(0.5)

    def kill_all(self) -> None:
        for server in self._servers.values():
            server.kill()


@contextmanager
def servers(logs: Path) -> Iterator[Servers]:
    """Servers that are all dead when left."""
    running = Servers(logs)
    try:
        yield running
    finally:
        running.kill_all()


def _dtype() -> str:
    """The type of the weights: bfloat16 where the processor computes with it, else twice as fast in float32."""
    cpuinfo = Path("/proc/cpuinfo")
    known = cpuinfo.is_file() and re.search(r"avx512_bf16|amx_bf16|\bbf16\b", cpuinfo.read_text(encoding="ascii"))
    return "bfloat16" if known else "float32"


def _start(model: str, logs: Path) -> VllmServer:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [str(build.python()), "-m", "vllm.entrypoints.openai.api_server"]
    command += ["--model", str(build.models() / model), "--served-model-name", model, "--port", str(port)]
    command += ["--dtype", _dtype(), "--chat-template", str(build.HERE / f"{model}.jinja"), *_FLAGS]
    caches = {"VLLM_CACHE_ROOT": str(build.home() / "cache"), "HF_HOME": str(build.home() / "cache" / "hf")}
    log = logs / f"{model}-{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, str(build.HERE / "keeper.py"), *command],
            env={**os.environ, **_ENVIRONMENT, **caches},
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return VllmServer(model, port, log, process)
