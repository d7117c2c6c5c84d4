"""Which words a text is made of: function words, emotions, habits."""

from app.style.phrases import PHRASES, phrases_of
from app.style.text import Text

STOCK_PHRASES = {name: PHRASES.set_of(f"stock.{name}") for name in phrases_of("stock")}


def cdi(text: Text) -> float:
    """The categorical-dynamic index of Pennebaker et al. 2014: high is analytic, low is narrative."""
    sums = text.sums
    added = sums["articles"] + sums["prepositions"]
    taken = (
        sums["personal_pronouns"] + sums["pronouns_impersonal"] + sums["auxiliaries"]
        + sums["conjunctions"] + sums["adverbs"] + sums["negations"]
    )  # fmt: skip
    return 30 + 100 * (added - taken) / len(text.words)


def apology(text: Text) -> bool:
    return "sorry" in text.words


def casual_markers(text: Text) -> int:
    return text.sums["casual_markers"]


def stock_phrases(text: Text) -> dict[str, bool]:
    seen = 0
    for sentence in text.sentences:
        seen |= sentence.groups
    return {name: seen & group > 0 for name, group in STOCK_PHRASES.items()}


def referral(text: Text) -> bool:
    return text.sums["referral"] > 0


def opener3(text: Text) -> str:
    return " ".join(text.words[:3])


def closer3(text: Text) -> str:
    return " ".join(text.words[-3:])
