"""What annotating a reply costs beside the open tools for the same: `make bench-style`.

All read the same replies of about 110 words in turn, so that a busy machine slows all alike; the ratio counts. Ours
does all of it: measures, tactics, signature; twice, in pure Python and, where there is a compiler, compiled, each in a
process of its own. Theirs: Empath, VADER, the emoji package, and the three diversity measures of lexicalrichness. Then
how the cost grows: eight times the text should take eight times as long.
"""

import json
import os
import random
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import process_time
from typing import Any

import emoji
from empath import Empath
from lexicalrichness import LexicalRichness
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from app.reply.examples import EXAMPLES
from app.style.measures import measure
from app.style.signature import MEASURED, Signature, signs_of
from app.style.text import Text
from app.tools.compilation import ROOT, CannotCompile, compile_package, environment_of
from tests.hostile import hostile_texts

ROUNDS = 60
OURS_A_ROUND = 10
SIZES = (2_500, 20_000)
CASUAL = (
    "Oh my goodness, that sounds like such a rough week! 😔 I’m really glad you wrote it down here. You’ve been "
    "holding the shop, the kids and your mum’s appointments together, and nobody asked how you are doing. So I’m "
    "asking: how are you sleeping? It’s completely okay to be cross with your brother, and it’s okay to love him too. "
    "Maybe you could pick one evening that is yours — no phone, no lists — and tell the family about it beforehand. "
    "If it falls through, that isn’t your failure. You’re not alone in this, and you’ve got more strength than you "
    "think. Be kind to yourself tonight! 💛"
)
Ask = Callable[[str], Any]
REPLIES = [reply for _, reply in EXAMPLES] + [CASUAL]


def seconds(work: Callable[[], object]) -> float:
    """CPU time; what other processes do is not in it."""
    began = process_time()
    work()
    return process_time() - began


def open_stack() -> Callable[[str], object]:
    empath, vader = Empath(), SentimentIntensityAnalyzer()

    def read(text: str) -> object:
        rich = LexicalRichness(text)
        return (
            empath.analyze(text, normalize=True),
            vader.polarity_scores(text),
            emoji.emoji_list(text),
            (rich.ttr, rich.mattr(window_size=50), rich.mtld(threshold=0.72)),
        )

    return read


def signature_of(replies: Sequence[str]) -> Signature:
    """One in which every word and edge of the replies counts, so that scoring has more to do than a trained one."""
    signs = {sign: (0.1, -0.1, 0.05) for reply in replies for sign in signs_of(Text.of(reply))}
    row = (0.01,) * len(MEASURED)
    return Signature(("a", "b", "c"), (0.0, 0.0, 0.0), row, (row, row, row), signs)


class Engine:
    """Answers on standard output what is asked on standard input: a name of a method a line."""

    def __init__(self) -> None:
        self._signature = signature_of(())

    def first(self) -> float:
        """Seconds a reply when none of its words was met before."""
        cost = seconds(lambda: [measure(text) for text in REPLIES]) / len(REPLIES)
        self._signature = signature_of(REPLIES)
        return cost

    def round(self) -> float:
        """Seconds a reply."""
        work = REPLIES * OURS_A_ROUND
        return seconds(lambda: [measure(text, signature=self._signature) for text in work]) / len(work)

    def unseen(self) -> str:
        """What a reply costs that nobody has written before, in a service that has read many others."""
        paths = Path(__file__).parents[1].glob("tests/style/cases/tactics*.tsv")
        lines = [line for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
        sentences = [line.partition("\t")[2] for line in lines if "\t" in line and not line.startswith("#")]
        chance = random.Random(1)
        replies = [" ".join(chance.sample(sentences, 9)) for _ in range(600)]
        known, new = replies[:400], replies[400:]
        for text in known:
            measure(text)
        first, again = (1e6 * seconds(lambda: [measure(text) for text in new]) / len(new) for _ in range(2))
        words = statistics.fmean(len(Text.of(text).words) for text in new)
        return (
            f"{len(new)} new replies of {words:.0f} words after {len(known)} others: {first:.0f} µs each, "
            f"{again:.0f} µs when they come again"
        )

    def growth(self) -> str:
        """How the cost of a character grows with the text."""
        natural = " ".join(REPLIES)
        names = list(hostile_texts(1))
        worst = sorted(((growth_of(lambda size: hostile_texts(size)[name]), name) for name in names), reverse=True)  # noqa: B023
        lines = [
            f"cost a character at {SIZES[1]:,} characters, as a multiple of that at {SIZES[0]:,} (quadratic: 8)",
            f"  natural text {growth_of(lambda size: (natural * (size // len(natural) + 1))[:size]):.2f}",
            f"  {len(worst)} hostile texts: median {worst[len(worst) // 2][0]:.2f}, worst:",
            *(f"    {ratio:.2f} {name[:60]}" for ratio, name in worst[:5]),
        ]
        return "\n".join(lines)

    def answer(self) -> None:
        """Until the input ends."""
        for name in sys.stdin:
            print(json.dumps(getattr(self, name.strip())()), flush=True)


def growth_of(text: Callable[[int], str]) -> float:
    """How many times as long a text of the larger size takes a character; 1 is linear, 8 quadratic."""
    small, large = (min(seconds(lambda: measure(text(size))) for _ in range(3)) / size for size in SIZES)  # noqa: B023
    return large / small


@contextmanager
def engine(folder: Path) -> Iterator[Ask]:
    """Ask an engine whose package is taken from a folder."""
    environment = {**os.environ, **environment_of(folder)}
    command = [sys.executable, "-m", "loadtests.style_bench", "answer"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=environment, cwd=ROOT, text=True, stdin=pipe, stdout=pipe) as process:
        asked, answers = process.stdin, process.stdout
        assert asked is not None
        assert answers is not None

        def ask(name: str) -> Any:
            print(name, file=asked, flush=True)
            return json.loads(answers.readline())

        yield ask


def packages() -> Mapping[str, Path]:
    """Where ours are taken from."""
    try:
        return {"pure Python": ROOT, "compiled": compile_package()}
    except CannotCompile as reason:
        print(f"pure Python only; {reason}")
        return {"pure Python": ROOT}


def compare_with_stack(engines: Mapping[str, Ask]) -> None:
    theirs = open_stack()
    first = {name: ask("first") for name, ask in engines.items()}
    rounds = []
    for _ in range(ROUNDS):
        slow = seconds(lambda: [theirs(text) for text in REPLIES]) / len(REPLIES)
        rounds.append((slow, {name: ask("round") for name, ask in engines.items()}))
    words = statistics.fmean(len(Text.of(text).words) for text in REPLIES)
    slow = statistics.median(slow for slow, _ in rounds)
    print(
        f"{len(REPLIES)} replies of {words:.0f} words, {ROUNDS} rounds, CPU time a reply; a ratio is the rounds' median"
    )
    print(f"  Empath + VADER + emoji + lexicalrichness                {1e6 * slow:6.0f} µs")
    for name in engines:
        fast = statistics.median(costs[name] for _, costs in rounds)
        ratios = sorted(slow / costs[name] for slow, costs in rounds)
        low, middle, high = (ratios[int(len(ratios) * share)] for share in (0.1, 0.5, 0.9))
        print(
            f"  Warmline, signature and tactics included, {name:12}  {1e6 * fast:6.0f} µs, ratio {middle:.1f}, 80 % of "
            f"them between {low:.1f} and {high:.1f} (words met first: {1e6 * first[name]:.0f} µs)"
        )


def main() -> None:
    with ExitStack() as stack:
        engines = {name: stack.enter_context(engine(folder)) for name, folder in packages().items()}
        compare_with_stack(engines)
        print()
        for name, ask in engines.items():
            print(f"{name}: {ask('unseen')}")
        name, ask = list(engines.items())[-1]
        print(f"\n{name}: {ask('growth')}")


if __name__ == "__main__":
    Engine().answer() if "answer" in sys.argv else main()
