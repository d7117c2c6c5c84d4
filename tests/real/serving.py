"""The service as `make run` starts it, in a process of its own, with its embedded model."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
POST = "I moved here in spring and I still have nobody to talk to."
READY_S = 120.0
# A busy machine writes slowly, which no test here is about.
PATIENT = {"first_token_s": 120, "between_tokens_s": 60, "attempt_s": 200, "total_s": 240}


@dataclass(frozen=True, slots=True)
class Served:
    """A running service."""

    process: subprocess.Popen[bytes]
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """Status and JSON of an exchange; (0, None) where there was none."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=300)
        try:
            headers = {"content-type": "application/json"}
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        except (OSError, HTTPException):
            return 0, None
        finally:
            connection.close()

    def stream(self, on_begun: Callable[[], object]) -> str:
        """The text of a streamed reply; `on_begun` is called when its head is there."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=300)
        try:
            body = json.dumps({"post": POST, "stream": True})
            connection.request("POST", "/reply", body, {"content-type": "application/json"})
            response = connection.getresponse()
            on_begun()
            return response.read().decode()
        finally:
            connection.close()

    def reply(self) -> int:
        """The status of a reply."""
        return self.ask("POST", "/reply", {"post": POST})[0]

    def is_ready(self) -> bool:
        return self.ask("GET", "/readyz")[0] == 200


@contextmanager
def served(log: Path, *options: str) -> Iterator[Served]:
    """uvicorn with the default config, ready to write; ended when left."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "app.main:app", "--port", str(port), "--no-access-log", *options]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WARMLINE_")}
    environment.pop("OPENAI_API_KEY", None)
    environment |= {f"WARMLINE_DEADLINES__{name.upper()}": str(seconds) for name, seconds in PATIENT.items()}
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)
    service = Served(process, port)
    try:
        if not within(READY_S, service.is_ready):
            pytest.fail(f"the service did not get ready:\n{log.read_text()[-4000:]}")
        yield service
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def within(seconds: float, condition: Callable[[], bool]) -> bool:
    """Whether a condition comes true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return False
