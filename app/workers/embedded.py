"""The embedded model: a llama.cpp server in a child process that we start, watch and end."""

import asyncio
import json
import logging
import secrets
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from pathlib import Path

import aiohttp

from app.reply.prompt import Message
from app.workers.claim import Address, Claim

log = logging.getLogger("warmline.embedded")

LOAD_S = 60.0
PROBE_S = 1.0
PROBES_FAILED = 5
BACKOFF_S = (0.1, 10.0)
HEALTHY_AFTER_S = 30.0
END_S = 3.0
WARM_OTHERS_AFTER_S = 15.0


class EmbeddedModel:
    """Keeps one server alive and says where it listens.

    Args:
        weights: the GGUF file.
        context_tokens: what one request may take, prompt and reply together.
        prefix: messages that every prompt begins with; read once by each slot, so that a reply
            does not wait for them.
        on_restart: called each time after a server of ours has died.
        others_s: how long a server that is ours is kept at the end for the replies of other processes.

    Attributes:
        on_change: called when `reason` changes.
        reason: why the server cannot write now; None when it can.
    """

    def __init__(
        self,
        weights: Path,
        context_tokens: int,
        *,
        prefix: Sequence[Message] = (),
        on_restart: Callable[[], None] = lambda: None,
        others_s: float = 60.0,
    ) -> None:
        self._weights = weights
        self._context_tokens = context_tokens
        self._prefix = [{"role": message.role, "content": message.content} for message in prefix]
        self._slots = 1
        self.on_change: Callable[[str | None], None] = lambda _reason: None
        self.reason: str | None = "It is starting."
        self._on_restart = on_restart
        self._others_s = others_s
        self._claim = Claim()
        self._task: asyncio.Task[None] | None = None
        self.address: Address | None = None
        self.up = asyncio.Event()
        self.pid: int | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._keep_alive(), name="embedded-model")

    def used(self) -> AbstractContextManager[None]:
        """Have the server kept for us while inside, also when it is another process's."""
        return self._claim.used()

    async def stop(self) -> None:
        """End the server, if it is ours, as soon as no other process has a reply in the making."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._others_s):
                while self._claim.is_used_by_others():  # noqa: ASYNC110 - another process has no event of ours
                    await asyncio.sleep(0.1)
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        self._claim.give_up()

    async def _keep_alive(self) -> None:
        pause, longest = BACKOFF_S
        loop = asyncio.get_running_loop()
        while True:
            started = loop.time()
            try:
                if not self._claim.take():
                    await self._follow()
                    continue
                await self._own()
            except Exception as error:  # whatever it is, the model must come back
                fault = str(error) if isinstance(error, ValueError) else type(error).__name__
                log.error("embedded model failed to start", extra={"fault": fault})
            self._on_restart()
            pause = BACKOFF_S[0] if loop.time() - started > HEALTHY_AFTER_S else min(2 * pause, longest)
            await asyncio.sleep(pause)

    async def _own(self) -> None:
        """Start a server and stay until it dies or no longer answers."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "app.workers.embedded_server",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            cwd=Path(__file__).parents[2],
            start_new_session=True,  # a Ctrl-C is for us; the child ends after its last reply, with its input
        )
        self.pid = process.pid
        others: asyncio.Task[None] | None = None
        try:
            address = await self._ask_to_load(process)
            await self._write_a_token(address, slot=0)
            self._claim.publish(address)
            self._is_up(address)
            log.info("embedded model is up", extra={"child": process.pid})
            others = asyncio.create_task(self._warm_other_slots(address))
            await self._watch(process, address)
        finally:
            if others is not None:
                others.cancel()
            self._is_down()
            self.pid = None
            await _end(process)
            self._claim.publish(None)

    async def _ask_to_load(self, process: asyncio.subprocess.Process) -> Address:
        key = secrets.token_hex(16)
        order = {"gguf": str(self._weights), "slot_tokens": self._context_tokens, "api_key": key}
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps(order).encode() + b"\n")
        async with asyncio.timeout(LOAD_S):
            answer = await process.stdout.readline()
        loaded = json.loads(answer or b"{}")
        if "url" not in loaded:
            self._tell(f"It cannot load {self._weights.name}.")
            raise ValueError(loaded.get("fault", "no answer"))
        self._slots = int(loaded["slots"])
        return Address(loaded["url"], key)

    async def _write_a_token(self, address: Address, slot: int) -> None:
        """Prove that the server can write, and leave the prefix in the slot's cache."""
        body = {
            "messages": self._prefix or [{"role": "user", "content": "Hello."}],
            "max_tokens": 1,
            "id_slot": slot,
            "cache_prompt": True,
        }
        headers = {"Authorization": f"Bearer {address.api_key}"}
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=LOAD_S), headers=headers) as session,
            session.post(f"{address.url}/v1/chat/completions", json=body) as response,
        ):
            response.raise_for_status()

    async def _warm_other_slots(self, address: Address) -> None:
        """Later, so that it takes no core from the first reply."""
        await asyncio.sleep(WARM_OTHERS_AFTER_S)
        with suppress(aiohttp.ClientError, TimeoutError):
            for slot in range(1, self._slots):
                await self._write_a_token(address, slot)

    async def _watch(self, process: asyncio.subprocess.Process, address: Address) -> None:
        died = asyncio.create_task(process.wait())
        try:
            failed = 0
            while failed < PROBES_FAILED:
                done, _ = await asyncio.wait({died}, timeout=PROBE_S)
                if done:
                    log.warning("embedded model died", extra={"returncode": process.returncode})
                    return
                failed = 0 if await _is_healthy(address) else failed + 1
            log.warning("embedded model no longer answers")
        finally:
            died.cancel()

    async def _follow(self) -> None:
        """Use the server of the process that owns one, until neither is there any more."""
        address = self._claim.published()
        if address and await _is_healthy(address):
            self._is_up(address)
        else:
            self._is_down()
        await asyncio.sleep(PROBE_S / 2)

    def _is_up(self, address: Address) -> None:
        if self.address != address:
            self.address = address
            self._tell(None)
        self.up.set()

    def _is_down(self) -> None:
        if self.address is not None:
            self.address = None
            self._tell("It died and is being started again.")
        self.up.clear()

    def _tell(self, reason: str | None) -> None:
        self.reason = reason
        self.on_change(reason)


async def _is_healthy(address: Address) -> bool:
    try:
        timeout = aiohttp.ClientTimeout(total=2 * PROBE_S)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(f"{address.url}/health") as response,
        ):
            return response.status == 200
    except (aiohttp.ClientError, TimeoutError, OSError):
        return False


async def _end(process: asyncio.subprocess.Process) -> None:
    """Close its standard input, on which it ends by itself; kill it if it does not."""
    if process.stdin:
        process.stdin.close()
    try:
        async with asyncio.timeout(END_S):
            await process.wait()
    except TimeoutError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
