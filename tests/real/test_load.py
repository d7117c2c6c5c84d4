"""Locust, for half a minute, on the service with its embedded model: `make load` as it is."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.real.serving import ROOT, served

pytestmark = [pytest.mark.real, pytest.mark.timeout(240)]


def test_half_a_minute_of_load_has_no_failure(tmp_path: Path) -> None:
    report = tmp_path / "report"
    options = ["--headless", "--users", "2", "--spawn-rate", "2", "--run-time", "30s", "--stop-timeout", "60"]
    with served(tmp_path / "log") as service:
        command = [sys.executable, "-m", "locust", "-f", "loadtests/locustfile.py", "--host", service.url, *options]
        load = subprocess.run(
            [*command, "--json-file", str(report)], cwd=ROOT, capture_output=True, text=True, check=False, timeout=200
        )

    rows = {row["name"]: row for row in json.loads(report.with_suffix(".json").read_text())}
    assert load.returncode == 0, load.stderr[-2000:]
    assert {"whole", "stream, headers", "stream", "first delta"} <= set(rows)
    assert sum(row["num_requests"] for row in rows.values()) >= 4
    assert sum(row["num_failures"] for row in rows.values()) == 0
