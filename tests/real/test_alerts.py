"""The alert rules, by a real promtool: each fires where it must and is silent elsewhere, on series that exist."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from app.telemetry.collectors import COUNTERS, GAUGES, HISTOGRAMS

pytestmark = pytest.mark.real

RULES = Path(__file__).parents[2] / "k8s" / "prometheus" / "warmline.rules.yaml"
CASES = Path(__file__).with_name("rules.test.yaml")
RULE_LIST = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"][0]["rules"]


def promtool(*arguments: str | Path) -> None:
    done = subprocess.run(["promtool", *arguments], text=True, capture_output=True, timeout=50)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_rules_are_rules() -> None:
    promtool("check", "rules", RULES)


def test_each_alert_fires_where_it_must_and_nowhere_else(tmp_path: Path) -> None:
    cases = tmp_path / "cases.yaml"
    cases.write_text(CASES.read_text(encoding="utf-8").replace("RULES", str(RULES)), encoding="utf-8")

    promtool("test", "rules", cases)


def test_every_alert_has_its_case() -> None:
    fired = set(re.findall(r'alertname="(\w+)"', CASES.read_text(encoding="utf-8")))

    assert fired == {rule["alert"] for rule in RULE_LIST}


@pytest.mark.parametrize("rule", RULE_LIST, ids=[rule["alert"] for rule in RULE_LIST])
def test_an_alert_reads_only_what_the_service_exposes(rule: dict[str, str]) -> None:
    labels = {name: own for table in (COUNTERS, GAUGES, HISTOGRAMS) for name, (_, own, *_) in table.items()}
    named = re.findall(r"(warmline_\w+?)(?:_bucket)?(?:\{([^}]*)\}|\[|\)|\s|$)", rule["expr"])

    assert named
    for metric, matchers in named:
        assert set(re.findall(r"(\w+)\s*[=!]~?", matchers)) - {"le"} <= set(labels[metric]), metric
