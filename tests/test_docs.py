"""What the documents claim and a machine can hold."""

import json
import re
from pathlib import Path

import pytest

from app import errors
from app.errors import WarmlineError
from app.telemetry.metrics import Metrics
from app.tools.style_guide import MEANS, means_of, page

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_inside_the_project_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text(encoding="utf-8"))

    assert [link for link in links if not (document.parent / link).exists()] == []


def test_every_make_target_that_is_named_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    named = {name for path in DOCUMENTS for name in re.findall(r"`make ([a-z-]+)", path.read_text(encoding="utf-8"))}

    assert named - targets == set()


def test_operators_find_every_metric_and_no_other() -> None:
    page = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")
    exposed = set(re.findall(r"^# TYPE (warmline_\w+)", Metrics(["m"]).expose().decode(), re.MULTILINE))
    exposed = {name for name in exposed if not name.endswith("_created")}

    assert set(re.findall(r"`(warmline_\w+)`", page)) == exposed


def test_every_slug_is_drawn_in_the_tree_of_errors() -> None:
    def all_of(error: type[WarmlineError]) -> list[type[WarmlineError]]:
        return [error, *(leaf for kind in error.__subclasses__() for leaf in all_of(kind))]

    drawn = errors.__doc__ or ""
    assert [error.slug for error in all_of(WarmlineError) if error.slug not in drawn] == []


def test_the_page_on_style_is_what_the_engine_says() -> None:
    means = json.loads(MEANS.read_text(encoding="utf-8"))

    assert (ROOT / "docs" / "style.md").read_text(encoding="utf-8") == page(means), "make docs writes it anew"


def test_the_means_on_it_are_those_of_the_studys_replies() -> None:
    replies = ROOT.parent / "shared/data/lee2024/replies.jsonl"
    if not replies.exists():
        pytest.skip("the study's replies are not here")
    lines = map(json.loads, replies.read_text(encoding="utf-8").splitlines())

    assert means_of((line["model"], line["reply"]) for line in lines) == json.loads(MEANS.read_text(encoding="utf-8"))
