"""Load on a running service: people who ask for a whole reply, and people who read along.

    make load URL=http://127.0.0.1:8000

Locust's own row of a streamed POST is the time to its headers; the rows named `first delta` and
`stream` are the ones to read. A stream counts as a success only when its `reply` event came and its
deltas, joined, are that reply.
"""

import json
import random
import time
from collections.abc import Iterator
from typing import Any

from locust import FastHttpUser, between, task

# Written for this file; the lengths are those of short peer-support posts.
POSTS = (
    "I start a new job on Monday and I am scared that they will find out I am not good enough.",
    "My sister and I stopped talking after the funeral. I miss her, and I do not know how to begin.",
    "I have been caring for my father for two years. I love him, and some nights I just want to run away.",
    "Everybody in my course seems to have friends already. I sit in the back and go home alone. It has been "
    "like this since September, and I keep telling my mother that all is well.",
    "We lost the flat because I could not pay. The children think it is an adventure. I smile all day, and "
    "at night I count what is left and feel like a failure.",
)


class Seeker(FastHttpUser):
    """Somebody who writes a post, reads what comes, and thinks a while."""

    wait_time = between(0.5, 2)
    network_timeout = 90
    connection_timeout = 10

    def body(self, **fields: Any) -> dict[str, Any]:
        return {"post": random.choice(POSTS), **fields}

    @task(2)
    def ask(self) -> None:
        with self.client.post("/reply", json=self.body(), name="whole", catch_response=True) as response:
            reply = response.json() if response.status_code == 200 else {}
            if not reply.get("reply"):
                response.failure(f"status {response.status_code} without a reply")

    @task(1)
    def read_along(self) -> None:
        began = time.perf_counter()
        first: float | None = None
        text, final = "", None
        with self.client.post(
            "/reply", json=self.body(stream=True), stream=True, name="stream, headers", catch_response=True
        ) as response:
            if response.status_code != 200:
                response.failure(f"status {response.status_code}")
                return
            for name, data in _events(response):
                if name == "delta":
                    first = first or time.perf_counter() - began
                    text += data["text"]
                elif name == "reply":
                    final = data["reply"]
        error = None if final is not None and text == final else Exception("the stream ended without its reply")
        self._report("stream", began, time.perf_counter(), error)
        if first is not None:
            self._report("first delta", began, began + first, None)

    def _report(self, name: str, began: float, ended: float, error: Exception | None) -> None:
        self.environment.events.request.fire(
            request_type="SSE",
            name=name,
            response_time=1000 * (ended - began),
            response_length=0,
            exception=error,
            context={},
        )


def _events(response: Any) -> Iterator[tuple[str, Any]]:
    """Events as they arrive; read in small bites, since a large read waits until it is full."""
    buffer = b""
    for chunk in response.iter_content(chunk_size=16):
        buffer += chunk if isinstance(chunk, bytes) else chunk.encode()
        while b"\n\n" in buffer:
            block, buffer = buffer.split(b"\n\n", 1)
            fields = dict(
                line.split(": ", 1) for line in block.decode().splitlines() if line and not line.startswith(":")
            )
            if "event" in fields:
                yield fields["event"], json.loads(fields["data"])
