"""A learnt model of texts: linear, over hashed features, scored without a library.

`python -m app.tools.screen_weights` fits one on our own cases and writes it. What it gives is a score for each of its
outputs: above 0 the output is likely enough to act on (the tool says what that meant on cases by authors that it had
not seen).
"""

import json
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import sqrt
from zlib import compress, decompress, error

FORMAT = 1
# A text of fewer features counts as one of so many: one word alone says little.
LEAST = 8
# Bits of a weight in a panel, which hold the sum of 65,000 of them, and what makes each of them positive.
_FIELD, _RAISED = 24, 128
_FIELD_MASK = (1 << _FIELD) - 1


@dataclass(frozen=True, slots=True)
class Output:
    """One thing that is weighed.

    Attributes:
        intercept: the score of a text without features.
        unit: what a step of the table is worth.
        table: a weight a feature, or a short form of one, in steps from -127 to 127.
        alone: the score that a sentence, or a stretch of one, must be above where it is judged by itself.
    """

    intercept: float
    unit: float
    table: Sequence[int]
    alone: float = 0

    def steps(self, features: Sequence[int]) -> list[int]:
        """The weight of each feature, in steps."""
        return list(map(self.table.__getitem__, features))

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
            # Never negative, so that no weight borrows from its neighbour.
            rows = [
                row | (weight + _RAISED) << (_FIELD * place) for row, weight in zip(rows, output.table, strict=True)
            ]
        self._rows = rows

    def scores(self, features: Sequence[int]) -> dict[str, float]:
        """As `Output.score`, by name."""
        count = len(features)
        packed = sum(map(self._rows.__getitem__, features))
        scores = {}
        for name, output in self._outputs.items():
            scores[name] = output.score((packed & _FIELD_MASK) - _RAISED * count, count)
            packed >>= _FIELD
        return scores


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
    tables = b"".join(array("b", one.table).tobytes() for one in weights.outputs.values())
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
            table = array("b", tables[start : start + one["size"]])
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
