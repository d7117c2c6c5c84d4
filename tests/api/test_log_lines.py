"""Log lines as text: JSON whatever is put into them."""

import json
import logging

import pytest

from app.telemetry.logs import JsonLines

VALUES: dict[str, tuple[object, object]] = {
    "a number": (1.5, 1.5),
    "nothing": (None, None),
    "letters of any script": ("Café ☕", "Café ☕"),
    "half of a surrogate pair": ("a\udc80", "a\udc80"),
    "several": (("a", "b"), ["a", "b"]),
    "what JSON does not know": (ValueError, "<class 'ValueError'>"),
}


@pytest.mark.parametrize("case", VALUES)
def test_a_line_is_json_whatever_is_in_it(case: str) -> None:
    value, read = VALUES[case]
    record = logging.makeLogRecord({"name": "warmline.request", "msg": "request", "levelname": "INFO", "fact": value})

    line = JsonLines().format(record)

    assert "\n" not in line
    assert json.loads(line)["fact"] == read
    assert '"event": "request"' in line
