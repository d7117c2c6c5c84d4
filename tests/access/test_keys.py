"""Keys are known by their hash; the tool that makes them prints a line that works."""

from hashlib import sha256

import pytest
import yaml

from app.access.keys import ApiKey, KeyRing, new_key
from app.settings import KeyConfig
from app.tools.new_key import main

KEYS = {"one": "wl_first", "two": "wl_second", "three": "wl_third"}
RING = KeyRing(
    KeyConfig(name=name, sha256=sha256(key.encode()).hexdigest(), requests_per_minute=7) for name, key in KEYS.items()
)


@pytest.mark.parametrize("name", KEYS)
def test_a_key_is_found_by_its_hash(name: str) -> None:
    assert RING.find(KEYS[name].encode()) == ApiKey(name, requests_per_minute=7)


@pytest.mark.parametrize(
    "presented",
    ["", "wl_", "wl_firs", "wl_firstt", "WL_FIRST", "wl_first ", sha256(b"wl_first").hexdigest(), "x" * 100_000, "é"],
)
def test_what_is_no_key_is_not_found(presented: str) -> None:
    assert RING.find(presented.encode()) is None


def test_an_empty_ring_is_false_and_has_nobody() -> None:
    assert not KeyRing([])
    assert KeyRing([]).find(b"") is None
    assert RING


def test_a_new_key_is_random_and_long() -> None:
    keys = {new_key()[0] for _ in range(100)}

    assert len(keys) == 100
    assert {len(key) for key in keys} == {46}


def test_the_tool_prints_a_key_and_the_line_that_lets_it_in(capsys: pytest.CaptureFixture[str]) -> None:
    main(["my-app", "--requests-per-minute", "600", "--max-in-flight", "4"])

    printed = capsys.readouterr().out.splitlines()
    key = next(line for line in printed if line.startswith("wl_"))
    lines = yaml.safe_load(printed[-1])
    ring = KeyRing([KeyConfig.model_validate(line) for line in lines])
    assert ring.find(key.encode()) == ApiKey("my-app", requests_per_minute=600, max_in_flight=4)
    assert key not in printed[-1]


@pytest.mark.parametrize(
    "arguments", [["My App"], ["a", "--max-in-flight", "0"], ["a", "--tokens-per-minute", "x"], []]
)
def test_the_tool_refuses_a_line_that_would_not_load(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)

    assert caught.value.code == 2
    assert "wl_" not in capsys.readouterr().out
