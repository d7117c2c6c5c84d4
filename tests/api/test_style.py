"""`POST /style` and what it shares with replies: the post, the signature, the metrics."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.main import create_app
from app.style.measures import MEASURES, measure
from app.style.signature import MEASURED, Signature
from app.style.signature_file import BadSignature, signature_content
from tests.live import POST, Live, live_app, settings_for
from tests.scripted_worker import Script, scripted_worker

pytestmark = pytest.mark.anyio

TEXT = "I'm so sorry. You moved in spring and you still have nobody to talk to!"


def signature_file(tmp_path: Path, **changes: object) -> str:
    """One that takes everybody for `loud`."""
    row = [0.0] * len(MEASURED)
    content = signature_content(Signature(("calm", "loud"), (0.0, 1.0), tuple(row), (tuple(row), tuple(row)), {}))
    path = tmp_path / "signature.json"
    path.write_text(json.dumps(content | changes))
    return str(path)


async def styled(live: Live, **body: Any) -> Any:
    async with live.session.post(f"{live.url}/style", json=body) as response:
        assert response.status == 200, await response.text()
        return await response.json()


def as_json(value: object) -> Any:
    return json.loads(json.dumps(value))


async def test_a_text_has_every_measure_in_the_contracts_order() -> None:
    async with live_app(settings_for("http://127.0.0.1:9")) as live:
        style = (await styled(live, text=TEXT))["style"]

    assert list(style) == list(MEASURES)
    assert style == as_json(measure(TEXT))


async def test_texts_come_back_in_their_order_beside_the_post() -> None:
    async with live_app(settings_for("http://127.0.0.1:9")) as live:
        styles = (await styled(live, texts=[TEXT, "", "Rest."], post=POST))["styles"]

    assert styles == as_json([measure(text, POST) for text in (TEXT, "", "Rest.")])
    assert styles[0]["post_overlap"] > 0
    assert styles[0]["lsm"] > 0


async def test_a_long_text_is_measured_like_a_short_one() -> None:
    long = f"{TEXT} " * 400
    async with live_app(settings_for("http://127.0.0.1:9")) as live:
        style = (await styled(live, text=long, post=f"{POST} " * 300))["style"]

    assert style["words"] == 400 * measure(TEXT)["words"]  # type: ignore[operator]
    assert style["lsm"] == measure(long, f"{POST} " * 300)["lsm"]


async def test_a_reply_is_measured_beside_its_post_and_band() -> None:
    async with scripted_worker(Script(text=TEXT)) as worker, live_app(settings_for(worker.url)) as live:
        _, reply, _ = await live.ask(min_words=10, max_words=20)
        _, other, _ = await live.ask()

    assert reply["style"] == as_json(measure(TEXT, POST, (10, 20)))
    assert reply["style"]["length_ok"] is True
    assert other["style"]["length_ok"] is False
    assert "signature" not in reply["style"]


async def test_with_a_signature_a_reply_says_whom_it_sounds_like(tmp_path: Path) -> None:
    async with scripted_worker(Script(text=TEXT)) as worker:
        async with live_app(settings_for(worker.url, signature=signature_file(tmp_path))) as live:
            _, reply, _ = await live.ask()
            style = (await styled(live, text=TEXT))["style"]
            async with live.session.get(f"{live.url}/style/measures") as response:
                told = await response.json()
            sounding = await live.series("warmline_replies_sounding_total")
            words = await live.series("warmline_reply_words_sum")

    assert reply["style"]["signature"] == style["signature"] == {"sounds_like": "loud", "probability": 0.7311}
    assert told["signature"] == {"sources": ["calm", "loud"]}
    assert sounding == {
        'warmline_replies_sounding_total{model="mistral",sounds_like="calm"}': 0,
        'warmline_replies_sounding_total{model="mistral",sounds_like="loud"}': 1,
    }
    assert list(words.values()) == [measure(TEXT)["words"]]


async def test_a_signature_that_cannot_be_scored_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(BadSignature, match=r"signature\.json"):
        create_app(settings_for("http://127.0.0.1:9", signature=signature_file(tmp_path, lists_version="1999")))
