"""What annotating a reply costs beside the open tools for the same: `make bench-style`.

Both read the same replies of about 110 words in turn, so that a busy machine slows both alike; the ratio counts. Ours
does all of it: measures, tactics, signature. Theirs: Empath, VADER, the emoji package, and the three diversity measures
of lexicalrichness. Then how the cost grows: eight times the text should take eight times as long.
"""

import random
import statistics
from collections.abc import Callable, Sequence
from pathlib import Path
from time import process_time

import emoji
from empath import Empath
from lexicalrichness import LexicalRichness
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from app.reply.examples import EXAMPLES
from app.style.measures import measure
from app.style.signature import MEASURED, Signature, signs_of
from app.style.text import Text
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


def compare_with_stack() -> None:
    signature = signature_of(REPLIES)
    theirs = open_stack()

    def ours(text: str) -> object:
        return measure(text, signature=signature)

    first = seconds(lambda: [ours(text) for text in REPLIES]) / len(REPLIES)
    rounds = []
    for _ in range(ROUNDS):
        slow = seconds(lambda: [theirs(text) for text in REPLIES]) / len(REPLIES)
        fast = seconds(lambda: [ours(text) for text in REPLIES * OURS_A_ROUND]) / len(REPLIES) / OURS_A_ROUND
        rounds.append((slow / fast, slow, fast))
    rounds.sort()
    low, middle, high = (rounds[int(len(rounds) * share)] for share in (0.1, 0.5, 0.9))
    words = statistics.fmean(len(Text.of(text).words) for text in REPLIES)
    print(f"{len(REPLIES)} replies of {words:.0f} words, {ROUNDS} rounds, CPU time a reply")
    print(f"  Empath + VADER + emoji + lexicalrichness  {1e6 * middle[1]:8.0f} µs")
    print(
        f"  Warmline, signature and tactics included  {1e6 * middle[2]:8.0f} µs (words met first: {1e6 * first:.0f} µs)"
    )
    print(f"  ratio, median of the rounds {middle[0]:.1f}, 80 % of them between {low[0]:.1f} and {high[0]:.1f}")


def show_unseen() -> None:
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
    print(f"\n{len(new)} new replies of {words:.0f} words after {len(known)} others: {first:.0f} µs each, "
          f"{again:.0f} µs when they come again")  # fmt: skip


def growth(text: Callable[[int], str]) -> float:
    """How many times as long a text of the larger size takes a character; 1 is linear, 8 quadratic."""
    small, large = (min(seconds(lambda: measure(text(size))) for _ in range(3)) / size for size in SIZES)  # noqa: B023
    return large / small


def show_growth() -> None:
    natural = " ".join(REPLIES)
    names = list(hostile_texts(1))
    worst = sorted(((growth(lambda size: hostile_texts(size)[name]), name) for name in names), reverse=True)  # noqa: B023
    print(f"\ncost a character at {SIZES[1]:,} characters, as a multiple of that at {SIZES[0]:,} (quadratic: 8)")
    print(f"  natural text {growth(lambda size: (natural * (size // len(natural) + 1))[:size]):.2f}")
    print(f"  {len(worst)} hostile texts: median {worst[len(worst) // 2][0]:.2f}, worst:")
    for ratio, name in worst[:5]:
        print(f"    {ratio:.2f} {name[:60]}")


if __name__ == "__main__":
    compare_with_stack()
    show_unseen()
    show_growth()
