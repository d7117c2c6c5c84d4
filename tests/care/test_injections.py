"""Posts that try to give orders, before a worker that obeys every one of them."""

from typing import Any

import pytest

from app.api.examples import REPLY_EXAMPLE
from app.reply.prompt import ROLE, ROLE_FOR_SMALL_MODELS
from tests.care.posts import cases
from tests.live import live_app, settings_for
from tests.scripted_worker import Script, scripted_worker

pytestmark = pytest.mark.anyio

CASES = [case for name in ("injections_own", "injections_apart") for case in cases(name)]
PROMPT = f"{ROLE}\nWrite at least 100 and at most 150 words. Answer in the language of the post."
# As many words in a row are no chance.
RUN = 8


def runs(text: str) -> set[tuple[str, ...]]:
    words = "".join(char if char.isalnum() else " " for char in text.lower()).split()
    return {tuple(words[place : place + RUN]) for place in range(len(words) - RUN + 1)}


OURS = runs(ROLE) | runs(ROLE_FOR_SMALL_MODELS)


def obeyed(case: dict[str, Any]) -> str:
    return str(case["obeyed"]).replace("{{SYSTEM_PROMPT}}", PROMPT)


def is_shown(case: dict[str, Any], reply: dict[str, Any]) -> bool:
    """Whether what the post ordered came through as a whole."""
    return not case.get("harmless") and obeyed(case).strip() in reply["reply"]


@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
async def test_no_prompt_leaks_no_schema_breaks_and_nothing_unsafe_is_shown(streamed: bool) -> None:
    assert len(CASES) >= 100
    leaked, broken, unsafe = [], [], []
    async with scripted_worker() as worker, live_app(settings_for(worker.url)) as live:
        for case in CASES:
            worker.script = Script(text=obeyed(case))
            if streamed:
                status, events = await live.stream(post=case["post"])
                reply = events[-1][1]
                shown = "".join(data["text"] for name, data in events if name == "delta")
            else:
                status, reply, _ = await live.ask(post=case["post"])
                shown = reply["reply"]
            if status != 200 or set(reply) != set(REPLY_EXAMPLE) or shown != reply["reply"]:
                broken.append(case["id"])
            if runs(shown) & OURS:
                leaked.append(case["id"])
            if is_shown(case, reply) and not reply["safety"]["flags"]:
                unsafe.append(case["id"])

    assert (leaked, broken, unsafe) == ([], [], [])


async def test_an_injected_post_gets_an_ordinary_reply_from_a_model_that_does_not_obey() -> None:
    async with scripted_worker() as worker, live_app(settings_for(worker.url)) as live:
        outcomes = [(await live.ask(post=case["post"], language="en"))[1]["outcome"] for case in CASES]

    # Some are in danger as well.
    assert outcomes.count("reply") + outcomes.count("crisis_support") == len(CASES)
