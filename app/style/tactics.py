"""Which of ten empathy tactics each sentence of a reply shows, by rules over cues, grammar and position.

The tactics are those of Gueorguieva et al. 2026 (arXiv 2604.08479). Several may hold for a sentence, or none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from app.style.cues import Sentence
from app.style.phrases import EMOJI, PHRASES, QUESTION, RESTATED, phrases_of
from app.style.rounding import to_four_places
from app.style.text import Text

# Words from which on a sentence that validates also names what it validates.
NAMES_IT = 15
# Content words of the post from which on a sentence restates it, and their share of its own.
RESTATED_WORDS = 3
RESTATED_SHARE = 0.4


@dataclass(frozen=True, slots=True)
class Rule:
    """A tactic is shown where one of `groups` is found, with `beside` and without any of `unless`.

    Attributes:
        long: whether only long sentences count.
    """

    tactic: str
    groups: int
    unless: int = 0
    beside: int = 0
    long: bool = False


def _groups(tactic: str, *names: str) -> int:
    """The set of the groups of these names, or of all groups of the tactic."""
    return PHRASES.set_of(*(f"{tactic}.{name}" for name in names or phrases_of(tactic)))


_RESTATED = PHRASES.set_of(RESTATED)
_QUESTION = PHRASES.set_of(QUESTION)
_ADVICE = _groups("advice")
_VALIDATION = _groups("validation")
_CHEER = _groups("empowerment", "cheer")
_NO_STATEMENT = (
    _groups("advice", "bare", "important", "maybe") | _groups("grammar", "conditional")
    | _groups("information", "they") | _QUESTION
)  # fmt: skip
_NO_FACT = _groups("advice", "maybe", "offer")

RULES = (
    Rule("validation", _groups("validation", "normal"), unless=_groups("grammar", "denied") | _QUESTION),
    Rule("validation", _VALIDATION & ~_groups("validation", "normal")),
    Rule("advice", _groups("advice", "bare"), unless=_CHEER),
    Rule("advice", _groups("advice", "ask"), unless=_groups("questioning", "ask")),
    Rule("advice", _ADVICE & ~_groups("advice", "bare", "ask")),
    Rule("advice", _groups("information", "do"), beside=_groups("grammar", "doing")),
    Rule("assistance", _groups("assistance")),
    Rule("emotional_expression", _groups("emotional_expression", "sorry", "feel", "reaction") | PHRASES.set_of(EMOJI)),
    Rule("emotional_expression", _groups("emotional_expression", "opinion"), unless=_ADVICE),
    Rule("empowerment", _groups("empowerment")),
    Rule("information", _groups("information", "they", "gerund", "many", "usual"), unless=_NO_FACT),
    Rule("information", _groups("information", "do"), unless=_NO_FACT | _groups("grammar", "person-can")),
    Rule("information", _groups("information", "can-be"), unless=_NO_FACT | _groups("grammar", "pronoun-can-be")),
    Rule("information", _groups("information", "is"), unless=_NO_FACT | _groups("grammar", "pronoun-is")),
    Rule(
        "information", _groups("information", "often"),
        unless=_NO_FACT | _groups("advice", "bare") | _groups("grammar", "person-often"),
    ),
    Rule("paraphrasing", _groups("paraphrasing", "sounds") | _RESTATED),
    Rule("paraphrasing", _groups("paraphrasing", "state", "situation"), unless=_NO_STATEMENT),
    Rule("paraphrasing", _VALIDATION, unless=_ADVICE, long=True),
    Rule("questioning", _groups("questioning", "ask")),
    Rule(
        "questioning", _groups("questioning", "you"), beside=_QUESTION,
        unless=_groups("advice", "ask") | _groups("assistance") | _groups("grammar", "what-if"),
    ),
    Rule("reappraisal", _groups("reappraisal")),
    Rule("self_disclosure", _groups("self_disclosure"), unless=_groups("assistance")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tactic:
    """What a tactic is, and how far its rules can be trusted: for shares over many replies, never about a person.

    Attributes:
        f1: of the positive class on the annotated sentences that the rules were tuned on, None where too few show it.
        cases: how many of those 286 sentences show it.
        unseen_f1: on 260 sentences of our own, written from the definitions by somebody who had not read the rules.
    """

    definition: str
    f1: float | None
    cases: int
    unseen_f1: float
    caveat: str = ""


TACTICS: Mapping[str, Tactic] = {
    "validation": Tactic(
        "Reassures, makes normal what the listener feels, or says that it is hard.", f1=0.83, cases=60, unseen_f1=0.87,
    ),
    "advice": Tactic(
        "Suggests something to do.", f1=0.87, cases=107, unseen_f1=0.81,
    ),
    "assistance": Tactic(
        "The speaker offers to do something.", f1=None, cases=1, unseen_f1=0.80,
        caveat="Too few annotated cases to tell more than the own ones do.",
    ),
    "emotional_expression": Tactic(
        "The speaker's own feelings, hopes and reactions.", f1=0.90, cases=23, unseen_f1=0.81,
    ),
    "empowerment": Tactic(
        "Praises or lifts up the listener.", f1=0.90, cases=43, unseen_f1=0.68,
        caveat="Misses praise that tells what somebody did without a word of praise in it.",
    ),
    "information": Tactic(
        "States a fact, or the reason for a piece of advice.", f1=0.72, cases=55, unseen_f1=0.57,
        caveat="Told by its content more than by its words: half of it is missed in casual writing.",
    ),
    "paraphrasing": Tactic(
        "Says the listener's situation or feelings back.", f1=0.70, cases=95, unseen_f1=0.68,
        caveat="Misses what is inferred. With a post, sharing two fifths of the content words counts too.",
    ),
    "questioning": Tactic(
        "Asks in order to understand.", f1=None, cases=6, unseen_f1=0.81,
        caveat="Too few annotated cases to tell more than the own ones do.",
    ),
    "reappraisal": Tactic(
        "Offers another way to see the situation.", f1=None, cases=6, unseen_f1=0.42,
        caveat="Of little worth: found in 3 cases of 10. Too few annotated cases to tell more than the own ones do.",
    ),
    "self_disclosure": Tactic(
        "Tells of the speaker's own life.", f1=None, cases=2, unseen_f1=0.84,
        caveat="Too few annotated cases to tell more than the own ones do.",
    ),
}  # fmt: skip


def shares_and_sequence(text: Text) -> dict[str, object]:
    """The share of the sentences that show each tactic, and the tactics sentence by sentence."""
    sequence = []
    for sentence in text.sentences:
        evidence = sentence.groups if text.answers is None else evidence_of(sentence, text)
        short, long = shown_by(evidence)
        # Length is asked for only where it matters: counting words takes longer than all else here.
        sequence.append(long if long != short and _is_long(sentence, text) else short)
    shares = dict.fromkeys(TACTICS, 0.0)
    for tactics in sequence:
        for name in tactics:
            shares[name] += 1
    shares = {name: count and to_four_places(count / len(sequence)) for name, count in shares.items()}
    return {"shares": shares, "sequence": sequence}


def evidence_of(sentence: Sentence, text: Text) -> int:
    """The groups of cues of a sentence; with a post at hand, whether it restates it is one more."""
    if _restates(sentence, text):
        return sentence.groups | _RESTATED
    return sentence.groups


def _is_long(sentence: Sentence, text: Text) -> bool:
    return sum([len(chunk.words) for chunk in text.chunks[sentence.start : sentence.end]]) >= NAMES_IT


def _restates(sentence: Sentence, text: Text) -> bool:
    if len(text.shared_words) < RESTATED_WORDS:  # then no sentence can
        return False
    words = {word for chunk in text.chunks[sentence.start : sentence.end] for word in chunk.words}
    shared = len(words & text.shared_words)
    return shared >= RESTATED_WORDS and shared >= RESTATED_SHARE * len(words & text.content_words)


@lru_cache(maxsize=4096)
def shown_by(evidence: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The tactics that evidence speaks for in a short sentence and in a long one, in the order of `TACTICS`."""
    rules = [
        rule
        for rule in RULES
        if evidence & rule.groups and not evidence & rule.unless and evidence & rule.beside == rule.beside
    ]
    short, long = {rule.tactic for rule in rules if not rule.long}, {rule.tactic for rule in rules}
    return tuple(filter(short.__contains__, TACTICS)), tuple(filter(long.__contains__, TACTICS))
