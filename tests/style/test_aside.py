"""What is long is read beside the event loop, so that replies go on meanwhile."""

import asyncio
import threading
from collections.abc import Mapping

import pytest

from app.style.measures import LONG_TEXT, measure, measure_aside
from app.style.text import Text, Value

REPLY = "I hear you, and it makes sense that you are tired. "


class Witness:
    """Stands in for a signature and tells in which thread it was asked."""

    thread = 0

    def score(self, text: Text, style: Mapping[str, Value]) -> dict[str, str | float]:
        self.thread = threading.get_ident()
        return {}


@pytest.mark.parametrize(
    ("text", "post", "is_aside"),
    [
        pytest.param(REPLY, "I am tired.", False, id="short"),
        pytest.param(REPLY * (LONG_TEXT // len(REPLY) + 1), None, True, id="a long text"),
        pytest.param(REPLY, "I am tired. " * (LONG_TEXT // 10), True, id="a long post"),
    ],
)
def test_long_texts_are_measured_beside_the_loop(text: str, post: str | None, is_aside: bool) -> None:
    witness = Witness()

    style = asyncio.run(measure_aside(text, post, signature=witness))

    assert (witness.thread != threading.get_ident()) == is_aside
    assert {name: value for name, value in style.items() if name != "signature"} == measure(text, post)
