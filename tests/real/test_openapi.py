"""The service against its own OpenAPI text, by schemathesis: thousands of requests that somebody might send."""

import asyncio
import re
import sys
from pathlib import Path

import pytest

from tests.live import live_app, settings_for
from tests.scripted_worker import scripted_worker

pytestmark = [pytest.mark.anyio, pytest.mark.real, pytest.mark.timeout(900)]

CASES = 5_000
EXAMPLES = 1_750
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
    "response_schema_conformance,negative_data_rejection,unsupported_method"
)


async def test_no_request_breaks_it_and_every_answer_is_as_described(tmp_path: Path) -> None:
    program = Path(sys.executable).with_name("schemathesis")
    async with scripted_worker() as worker, live_app(settings_for(worker.url)) as live:
        arguments = ("run", f"{live.url}/openapi.json", "--checks", CHECKS, "--max-examples", str(EXAMPLES))
        process = await asyncio.create_subprocess_exec(
            program,
            *arguments,
            *("--continue-on-failure", "--no-color", "--seed", "20261126"),
            cwd=tmp_path,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output = (await process.communicate())[0].decode()

    assert process.returncode == 0, output[-6_000:]
    generated = re.search(r"([\d,]+) generated", output)
    assert generated, output[-2_000:]
    assert int(generated[1].replace(",", "")) >= CASES
