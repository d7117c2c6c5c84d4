"""A learnt model of texts: linear, over hashed features, scored without a library.

`python -m app.tools.screen_weights` fits one on our own cases and writes it. What it gives is a score for each of its
outputs: above 0 the output is likely enough to act on (the tool says what that meant on cases by authors that it had
not seen).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import sqrt
from zlib import compress, decompress, error

from app.safety.features import EACH

FORMAT = 2
# A text of fewer features counts as one of so many: one word alone says little.
LEAST = 8
# What is taken off a byte of a table to have its weight.
RAISED = 128
# Bits of a weight in a panel, which hold the sum of 65,000 of them.
_FIELD = 24
_FIELD_MASK = (1 << _FIELD) - 1


@dataclass(frozen=True, slots=True)
class Output:
    """One thing that is weighed.

    Attributes:
        intercept: the score of a text without features.
        unit: what a step of the table is worth.
        table: a weight a feature, or a short form of one, in steps from -127 to 127; `RAISED`, to be a byte.
        alone: the score that a sentence, or a stretch of one, must be above where it is judged by itself.
    """

    intercept: float
    unit: float
    table: bytes
    alone: float = 0

    def total(self, features: Sequence[int]) -> int:
        """What features weigh together, in steps."""
        table, total = self.table, 0
        for feature in features:
            total += table[feature]
        return total - RAISED * len(features)

    def stretch(self, features: Sequence[int], words: int) -> int:
        """What the heaviest so many words in a row weigh, in steps, of a sentence that has as many or more.

        Args:
            features: of the sentence, in the order of `features_of`.
            words: of the stretch.
        """
        table, size = self.table, EACH * words
        run, best, place = 0, 0, 0
        steps: list[int] = []
        # The end of the sentence is no word.
        for _ in range(len(features) // EACH):
            step = table[features[place]] + table[features[place + 1]] + table[features[place + 2]]
            steps.append(step)
            run += step
            place += EACH
            if place > size:
                run -= steps[place // EACH - words - 1]
            if place >= size and run > best:
                best = run
        return best - RAISED * size

    def score(self, total: int, count: int) -> float:
        """How much a text leans to it, by the steps of so many features: long texts are not more of everything."""
        return self.intercept + self.unit * total / sqrt(max(count, LEAST))


class Panel:
    """Several outputs, added up at once: all weights of a feature stand in one integer.

    Args:
        outputs: with tables of one length.
    """

    def __init__(self, outputs: Mapping[str, Output]) -> None:
        self._outputs = dict(outputs)
        rows = [0] * len(next(iter(outputs.values())).table)
        for place, output in enumerate(outputs.values()):
            rows = [row | weight << (_FIELD * place) for row, weight in zip(rows, output.table, strict=True)]
        self._rows = rows
        # What a total must be above, of one feature.
        self._bars = [(name, -output.intercept / output.unit) for name, output in outputs.items()]

    def _totals(self, features: Sequence[int]) -> list[int]:
        """As `Output.total`, in the order of the outputs."""
        packed = sum(map(self._rows.__getitem__, features))
        raised = RAISED * len(features)
        totals: list[int] = []
        for _ in self._outputs:
            totals.append((packed & _FIELD_MASK) - raised)
            packed >>= _FIELD
        return totals

    def scores(self, features: Sequence[int]) -> dict[str, float]:
        """As `Output.score`, by name."""
        outputs = zip(self._outputs.items(), self._totals(features), strict=True)
        return {name: output.score(total, len(features)) for (name, output), total in outputs}

    def above(self, features: Sequence[int]) -> list[str]:
        """The outputs with scores above 0."""
        root = sqrt(max(len(features), LEAST))
        bars = zip(self._bars, self._totals(features), strict=True)
        return [name for (name, bar), total in bars if total > bar * root]


@dataclass(frozen=True, slots=True)
class Weights:
    """A fitted model.

    Attributes:
        corpus: SHA-256 of the cases it was fitted on, in hexadecimal.
    """

    corpus: str
    outputs: Mapping[str, Output]


def write_weights(weights: Weights) -> bytes:
    """A line of JSON, and behind it the tables of all outputs, compressed together."""
    outputs = [
        {"name": name, "intercept": one.intercept, "unit": one.unit, "alone": one.alone, "size": len(one.table)}
        for name, one in weights.outputs.items()
    ]
    head = json.dumps({"format": FORMAT, "corpus": weights.corpus, "outputs": outputs})
    tables = b"".join(one.table for one in weights.outputs.values())
    return head.encode() + b"\n" + compress(tables, 9)


def read_weights(content: bytes) -> Weights:
    """What `write_weights` wrote.

    Raises:
        ValueError: it is of another format, or its tables are not whole.
    """
    head, _, packed = content.partition(b"\n")
    try:
        told = json.loads(head)
        tables = decompress(packed)
        outputs, start = {}, 0
        for one in told["outputs"]:
            table = tables[start : start + one["size"]]
            outputs[one["name"]] = Output(one["intercept"], one["unit"], table, one["alone"])
            start += one["size"]
        is_whole = told["format"] == FORMAT and start == len(tables)
    except (error, KeyError, TypeError):
        is_whole = False
    if not is_whole:
        raise ValueError("these weights are of another format, or not whole")
    return Weights(told["corpus"], outputs)


@cache
def weights_of(name: str) -> Weights:
    """Those of `learnt/NAME.bin`."""
    return read_weights((files("app.safety") / "learnt" / f"{name}.bin").read_bytes())


@cache
def panel_of(name: str, outputs: tuple[str, ...]) -> Panel:
    """Some outputs of `learnt/NAME.bin`."""
    known = weights_of(name).outputs
    return Panel({output: known[output] for output in outputs})
