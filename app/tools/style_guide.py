"""Write `docs/style.md` from the tables of the engine: `make docs`; a test holds the file to them.

The means of the study's models come from `reference_means.json` beside this file, which `--means REPLIES.jsonl` writes
anew from the replies that the study published.
"""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import fmean
from typing import cast

from app.style.measures import MEASURES, measure
from app.style.tactics import TACTICS
from app.style.word_lists import LISTS_VERSION
from app.tools.replies import Fault, complain, parse_reply, read_lines

MEANS = Path(__file__).with_name("reference_means.json")
EXAMPLE_POST = (
    "My sister moved abroad in May and we used to cook together every Sunday. I cook for one now and it hurts."
)
EXAMPLE_REPLY = (
    "I'm so sorry. It sounds like Sundays with your sister were the heart of your week, and it's completely normal to "
    "miss them! You could cook together over a video call, if you both like the idea. How is she settling in?"
)
_HEAD = """# Style measures

This page is written by `make docs` from the tables that the engine runs on; do not edit it by hand.

Every reply carries these measures as `style`; `POST /style` gives them for any text, a human's too, and
`GET /style/measures` this table as JSON. Nothing here is one "empathy score": what can be measured this cheaply
predicts none. Rates are per 100 words. A text without words has counts of 0 and null for all else; measures that are
English only are null where less than a fifth of the words are English function words, or where another language has as
many small words of its own in the text, as Danish has in "for at have". So a few words alone may tell too little."""
_MEANS_TEXT = """## What they mean

gpt4, llama and mistral are the means over 60 replies each of the models of Lee et al. 2024 (`gpt-4-1106-preview`,
`Llama-2-13b-chat`, `Mistral-7B-Instruct-v0.2`; asked for 100 to 150 words), as this engine measures them. A yes
or no is the share of replies that have it."""
_TACTICS_TEXT = """## Tactics

Rules over phrases, grammar and position tag each sentence with any of ten tactics. **F1** is that of the positive class
on 286 sentences annotated by the authors of the tactics, on which the rules were tuned; a dash stands where fewer than
20 of them show the tactic, too few to tell. **Unseen F1** is that on 260 sentences of our own, written from the
definitions by somebody who had not read the rules (`tests/style/cases/tactics.tsv`); they are harder and more casual
than what models write. The last columns are the mean share of the sentences of a reply.

The tags say how replies are written on average over many. A single one is wrong too often to act on: no rule here may
be used for a decision about a person, neither one who writes a reply nor one who receives it."""
_SIGNATURE_TEXT = """## Signature: which model does this reply sound like?

Train on replies of your own models, one JSON object a line with `reply`, `source` and `post_id` (or `post`, its
text):

    pip install 'warmline[train]'
    python -m app.tools.signature evaluate REPLIES.jsonl     # how well it would do on posts it has not seen
    python -m app.tools.signature train REPLIES.jsonl signature.json

and name the file in the config (`signature: signature.json`). Each reply then has
`style.signature: {"sounds_like": "mistral", "probability": 0.97}`, and `warmline_replies_sounding_total` counts it:
a model that was silently exchanged shows.

It is a multinomial logistic model over the measures, function words and casual words, the first words of the reply
and of its sentences; how strongly its weights are held down is chosen on posts left out of the training replies. On
the study's 180 replies (60 posts, ten folds of whole posts) it names the right one of three models in 96.1 %, the
mean of 20 divisions into folds (94.4 to 97.8); trained on 30 of the posts, in 93.2 % of the replies to the other 30
(mean of 40 divisions, SD 2.4). It says what a reply *sounds* like, never who wrote it: a prompt, a temperature or a
topic that the training did not have can mislead it, and the probability is that of the model, not of the world.

`evaluate` prints the accuracy with a 95 % interval: Wilson's, at as many independent replies as these are worth.
Replies to one post resemble each other, so their number is divided by the design effect seen in the hits (Kish 1965);
where all are right nothing tells of it, and each post counts as one reply. `--repeats N` divides into folds N times
and tells the range. What belongs together is never parted: replies to one post (the same `post_id`, or the same text
whatever its case and blanks) and replies of the same words. `evaluate --signature FILE` tries a trained file, and
warns where the replies are those that it was trained on, all of them: that proves nothing. A part of them it cannot
recognise.

The file is as private as the replies. Its signs are single function words and casual words, and beginnings made of
words of Warmline's own lists and phrases, each from replies to three posts or more: no name stands there that is no
such word. But a beginning is a piece of what was said, and weights tell how often. Of the replies themselves it holds
their number and one SHA-256 of all of them together, not one of each, which would let whoever has the file test
guesses of short ones.

## Comparing sets of replies

    python -m app.tools.compare REPLIES.jsonl --posts POSTS.jsonl --json OUT.json --svg OUT.svg

prints mean, SD and n for each source and measure, differences paired by post with 95 % intervals, and how much the
replies of a source resemble each other (distinct-1 and -2, compression ratio, opener diversity, all at equal size).
Each tactic and each stock phrase is a row of its own (`tactics.advice`, the mean share of a reply's sentences;
`stock_phrases.not_alone`, the share of replies). The figure shows 24 measures at most, those in which two sources
differ most (difference of the means ÷ SD), and says so.

Both commands name a line that they cannot use by file, line and field, never by what it says, use the others, and end
with status 2.

## Word lists

Plain files in `app/style/lists` and `app/style/phrases`, version {version}. They are our own: `emotion_pos` and
`emotion_neg` follow LIWC-22's emotion scores on the study's replies (r = 0.94 and 0.98), but their levels are
not LIWC's.
Function words, pronouns, marks and words per sentence agree with LIWC-22 nearly everywhere (r ≥ 0.99)."""


def page(means: Mapping[str, Mapping[str, float]]) -> str:
    """The whole page, with the means of each source by measure."""
    return "\n".join(_lines(means)) + "\n"


def _lines(means: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    sources = list(means)
    yield f"{_HEAD}\n\n{_MEANS_TEXT}\n"
    yield from _header("measure", "what it is", "unit", "source", "read with care", *sources)
    for name, entry in MEASURES.items():
        numbers = [_number(means[source].get(name)) for source in sources]
        yield _row(f"`{name}`", entry.definition, entry.unit, entry.source, entry.caveat, *numbers)
    yield f"\n{_TACTICS_TEXT}\n"
    yield from _header("tactic", "what it is", "F1", "cases", "unseen F1", "read with care", *sources)
    for name, tactic in TACTICS.items():
        numbers = [_number(means[source].get(f"tactics.{name}")) for source in sources]
        worth = (_number(tactic.f1), str(tactic.cases), _number(tactic.unseen_f1))
        yield _row(f"`{name}`", tactic.definition, *worth, tactic.caveat, *numbers)
    yield "\n" + _SIGNATURE_TEXT.replace("{version}", LISTS_VERSION)
    yield from _worked_example()


def _worked_example() -> Iterator[str]:
    style = json.dumps(measure(EXAMPLE_REPLY, EXAMPLE_POST), ensure_ascii=False, indent=1)
    yield f"\n## One example\n\nThe post\n\n> {EXAMPLE_POST}\n\nand the reply\n\n> {EXAMPLE_REPLY}\n"
    yield f"give\n\n```json\n{style}\n```"


def _header(*cells: str) -> Iterator[str]:
    yield _row(*cells)
    yield _row(*("---" for _ in cells))


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def means_of(replies: Iterable[tuple[str, str]]) -> dict[str, dict[str, float]]:
    """Source and reply to the means of what can be averaged, by source and measure."""
    values: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for source, reply in replies:
        style = measure(reply)
        for name, value in style.items():
            if isinstance(value, int | float):
                values[source][name].append(value)
        for name, share in cast(dict[str, dict[str, float]], style["tactics"] or {"shares": {}})["shares"].items():
            values[source][f"tactics.{name}"].append(share)
    return {
        source: {name: round(fmean(own), 4) for name, own in measured.items()} for source, measured in values.items()
    }


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--means", type=Path, help="replies to take the means of anew")
    options = parser.parse_args(arguments)
    if options.means:
        faults: list[Fault] = []
        lines = read_lines(options.means, partial(parse_reply, posts={}), faults)
        complain(faults)
        means = means_of((line.source, line.reply) for line in lines)
        MEANS.write_text(json.dumps(means, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(page(json.loads(MEANS.read_text(encoding="utf-8"))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
