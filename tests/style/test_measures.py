"""Every measure, counted by hand."""

from collections.abc import Sequence
from typing import Any

import pytest

from app.style.measures import MEASURES, measure

# Sixteen words in two sentences and two lines, of which the tests below are variations.
PLAIN = "That is a hard thing to carry and it takes time.\n\nRest when the night is"


def rate(count: int, words: int) -> float:
    return round(100 * count / words, 4)


GOLDEN = [
    ("words", "I'm here — you aren't alone, not at 3 a.m., well-loved one.", 12),
    ("sentences", "You cried. Who wouldn't?! Rest now", 3),
    ("paragraphs", "You cried.\nA lot.\n\nRest now.\n \nThe rest can wait.", 4),
    ("words_per_sentence", "It was a hard day for you. Rest.", 4.0),
    ("words_per_sentence", "You did what you could. And then you slept?", 4.5),
    ("letters_per_word", "It's a day, so be it.", round(13 / 6, 4)),
    ("pronoun_i", "I'm sorry that I left; it is my fault and mine alone.", rate(4, 12)),
    ("pronoun_we", "We can do this, and let's not forget that it is ours to do.", rate(3, 14)),
    ("pronoun_you", "You’re tired, and your body tells you so. Be kind to yourself.", rate(4, 12)),
    ("pronoun_shehe", "She's not here and he took his coat, which hurt her.", rate(4, 11)),
    ("pronoun_they", "They've said that their door is open to you, so call them.", rate(3, 12)),
    ("question_marks", "Did you sleep? Why not?! And what of it", rate(2, 9)),
    ("exclamation_marks", "You did it! All of it!! That is so good.", rate(3, 10)),
    ("emoji", "You matter to me 💛👋🏽 and to the 👨‍👩‍👧 as you are ©.", rate(3, 10)),
    ("commas", "You, who cared, who stayed, and who is tired.", rate(3, 9)),
    ("periods", "You wait... and then it is over. Rest.", rate(5, 8)),
    ("apostrophes", "It’s not 'fine' and you don't have to say it is.", rate(4, 11)),
    ("dashes", "You stayed — for years – in a well-known town - and it hurt--so much.", rate(4, 13)),
    ("colons_semicolons", "You are two things: tired; and brave. So: rest.", rate(3, 9)),
    ("ellipses", "You wait... and wait… and it is a lot....", rate(3, 9)),
    ("quotes", 'You said "I am done" and he said “so what” to it.', rate(4, 12)),
    ("question_sentences", "You cried. Did you sleep? That is so hard.", round(100 / 3, 4)),
    ("length_ok", "You are not too late. It is only Tuesday, and the week is long.", False),
    ("big_words", "It is understandable that you couldn't sleep; they're noisy neighbours.", rate(3, 10)),
    ("coleman_liau", "It is a day. It is hard.", round(0.0588 * 100 * 16 / 7 - 0.296 * 100 * 2 / 7 - 15.8, 4)),
    ("ari", "It is a day. It is hard.", round(4.71 * 16 / 7 + 0.5 * 3.5 - 21.43, 4)),
    ("ttr", "It is hard and it is late and you care.", 0.7),
    ("mattr50", "It is hard and it is late and you care.", 0.7),
    ("mtld", "You are kind and the night is long.", 8.0),
    ("mtld", "no no no no", 2.0),
    ("contractions", "I'm sure they've tried, and it wasn't Mary's fault that you'd left.", rate(5, 12)),
    ("list_items", "You could:\n- walk in the park\n* call a friend\n 2. sleep\n3) eat it\n-not this\nor - this", 4),
    ("cdi", "The friend of a girl is not well and it is so.", round(30 + 100 * (3 - 8) / 12, 4)),
    ("negations", "No, you can't and never did nothing of that.", rate(4, 9)),
    ("modals", "You could rest, and I'd say that they can't and won't and will not mind.", rate(5, 15)),
    ("articles", "A day, an hour and the night, and so on.", rate(3, 10)),
    ("emotion_pos", "I hope that you are happy and it is a joyful day of love.", rate(4, 14)),
    ("emotion_neg", "You were afraid and angry and sad, and you are tired of it.", rate(4, 13)),
    ("apology", "I am so Sorry that it is so.", True),
    ("apology", "It is so and you are here.", False),
    ("casual_markers", "Hey, oh wow, you are totally right that it is so.", 4),
    ("stock_phrases", "It sounds like you; remember that you are not alone, it is valid and understandable.",
     {"understandable": True, "sounds_like": True, "not_alone": True, "remember": True, "valid": True}),
    ("stock_phrases", "You are alone and it is so.",
     {"understandable": False, "sounds_like": False, "not_alone": False, "remember": False, "valid": False}),
    ("referral", "You could see a therapist and it is of use.", True),
    ("referral", "You could see a friend and it is of use.", False),
    ("opener3", "“I’m SO sorry,” you said to me.", "i'm so sorry"),
    ("opener3", "Who?", "who"),
    ("closer3", "It is all of what you are.", "what you are"),
]  # fmt: skip
# What another sentence, or another tail of one, may change.
OF_SENTENCES = {
    "sentences", "words_per_sentence", "question_sentences", "coleman_liau", "ari", "tactics",
}  # fmt: skip
# The measure, the text, the post that it answers, and what a hand counts.
BESIDE_A_POST = [
    (
        "post_overlap",
        "The cat slept and the dog was with the cat.",
        "My cat died, and it was the dog of my aunt.",
        round(2 / 3, 4),
    ),
    ("post_overlap", "It was the night.", "My cat died, and it was the dog of my aunt.", 0.0),
    ("lsm", "It is the day that I was with you.", "It is the day that I was with you.", 1.0),
]


def counted(name: str, text: str, post: str | None = None) -> Any:
    return measure(text, post)[name]


@pytest.mark.parametrize(("name", "text", "expected"), GOLDEN, ids=[f"{name}-{text[:12]}" for name, text, _ in GOLDEN])
def test_a_measure_is_what_a_hand_counts(name: str, text: str, expected: object) -> None:
    assert counted(name, text) == expected


@pytest.mark.parametrize(("name", "text", "post", "expected"), BESIDE_A_POST)
def test_a_measure_beside_a_post_is_what_a_hand_counts(name: str, text: str, post: str, expected: float) -> None:
    assert counted(name, text, post) == expected


def test_every_measure_was_counted_by_hand() -> None:
    counted_here = {name for name, _, _ in GOLDEN} | {name for name, *_ in BESIDE_A_POST}

    assert counted_here | {"tactics"} == set(MEASURES)  # tactics: test_tactics.py


@pytest.mark.parametrize(
    ("band", "ok"), [((9, 20), True), ((10, 20), True), ((11, 20), False), ((1, 9), False), ((1, 10), True)]
)
def test_the_band_includes_its_edges(band: tuple[int, int], ok: bool) -> None:
    assert measure("It is only a long day and you are here.", band=band)["length_ok"] is ok


def test_lsm_is_the_mean_of_nine_classes() -> None:
    """Of ten words each: articles 2 against 1, all else alike."""
    ours, theirs = "the the dog cat bird fish tree hill lake sun", "the moon dog cat bird fish tree hill lake sun"
    english = " that is of and you"
    share = 100 / 15

    assert counted("lsm", ours + english, theirs + english) == round((8 + 1 - share / (3 * share + 0.0001)) / 9, 4)


@pytest.mark.parametrize(
    ("name", "marks"),
    [
        ("question_marks", "?？؟"),
        ("exclamation_marks", "!！"),
        ("commas", ",，、،"),
        ("periods", ".。।۔։።"),
        ("apostrophes", "'’‘ʼ"),
        ("dashes", "—–"),
        ("colons_semicolons", ":;：；"),
        ("ellipses", "…"),
        ("quotes", '"“”„«»'),
        ("emoji", "💛😭"),
    ],
)
def test_every_form_of_a_mark_counts_and_alone(name: str, marks: str) -> None:
    assert counted(name, PLAIN) == (0 if name != "periods" else rate(1, 16))
    for mark in marks:
        changed = {key for key, value in measure(f"{PLAIN} {mark}").items() if value != measure(PLAIN)[key]}
        assert name in changed
        assert changed <= {name, *OF_SENTENCES}


def test_the_table_tells_what_a_reader_must_know() -> None:
    for name, entry in MEASURES.items():
        assert entry.name == name
        assert entry.definition.endswith(".")
        assert entry.unit
        assert entry.source


def naive_mattr(words: Sequence[str]) -> float:
    windows = [words[start : start + 50] for start in range(len(words) - 49)]
    return sum(len(set(window)) / 50 for window in windows) / len(windows)


def naive_run_length(words: Sequence[str]) -> float:
    factors, start = 0.0, 0
    for end in range(1, len(words) + 1):
        run = words[start:end]
        if 100 * len(set(run)) <= 72 * len(run):
            factors, start = factors + 1, end
    rest = words[start:]
    if rest:
        factors += (1 - len(set(rest)) / len(rest)) / (1 - 0.72)
    return len(words) / factors if factors else len(words)


@pytest.mark.parametrize("size", [1, 2, 49, 50, 51, 52, 120, 400])
@pytest.mark.parametrize("variety", [1, 2, 7, 30, 90, 1_000])
def test_diversity_is_what_the_definitions_say(size: int, variety: int) -> None:
    words = [f"w{place * place % variety}" for place in range(size)]
    measured = measure(" ".join(words))

    assert measured["ttr"] == round(len(set(words)) / size, 4)
    assert measured["mattr50"] == pytest.approx(naive_mattr(words) if size > 50 else len(set(words)) / size, abs=1e-4)
    mtld = (naive_run_length(words) + naive_run_length(words[::-1])) / 2
    assert measured["mtld"] == pytest.approx(mtld, abs=1e-4)
