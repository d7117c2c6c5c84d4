"""The measures: counted by hand, indifferent to what does not matter, and quick on what is meant to hurt."""

from collections.abc import Callable
from itertools import product
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.style.measures import MEASURES, Value, measure

COUNTS = {"words", "sentences", "paragraphs"}
# Sixteen words in two sentences and two paragraphs, of which the tests below are variations.
PLAIN = "That is a hard thing to carry and it takes time.\n\nRest when the night is"


def rate(count: int, words: int) -> float:
    return round(100 * count / words, 4)


GOLDEN = [
    ("words", "I'm here — you aren't alone, not at 3 a.m., well-loved one.", 12),
    ("sentences", "You cried. Who wouldn't?! Rest now", 3),
    ("paragraphs", "You cried.\nA lot.\n\nRest now.\n \nThe rest can wait.", 3),
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
]


@pytest.mark.parametrize(("name", "text", "expected"), GOLDEN, ids=[f"{name}-{text[:12]}" for name, text, _ in GOLDEN])
def test_a_measure_is_what_a_hand_counts(name: str, text: str, expected: float) -> None:
    assert measure(text)[name] == expected


def test_every_measure_was_counted_by_hand() -> None:
    assert {name for name, _, _ in GOLDEN} == set(MEASURES)


@pytest.mark.parametrize(
    ("name", "marks"),
    [
        ("question_marks", "?？؟"),
        ("exclamation_marks", "!！"),
        ("commas", ",，、،"),
        ("periods", ".。।"),
        ("apostrophes", "'’‘ʼ"),
        ("dashes", "—–"),
        ("colons_semicolons", ":;：；"),
        ("ellipses", "…"),
        ("quotes", '"“”„«»'),
        ("emoji", "💛😭"),
    ],
)
def test_every_form_of_a_mark_counts_and_alone(name: str, marks: str) -> None:
    assert measure(PLAIN)[name] == (0 if name != "periods" else rate(1, 16))
    for mark in marks:
        changed = {key for key, value in measure(f"{PLAIN} {mark}").items() if value != measure(PLAIN)[key]}
        assert name in changed
        assert changed <= {name, "sentences", "words_per_sentence", "question_sentences"}


def test_the_table_tells_what_a_reader_must_know() -> None:
    for name, entry in MEASURES.items():
        assert entry.name == name
        assert entry.definition.endswith(".")
        assert entry.unit
        assert entry.source
    assert {name for name, entry in MEASURES.items() if entry.english_only} == {
        "pronoun_i", "pronoun_we", "pronoun_you", "pronoun_shehe", "pronoun_they",
    }  # fmt: skip


def assert_without_words(measured: dict[str, Value], counts: set[str]) -> None:
    assert {name: measured[name] for name in counts} == dict.fromkeys(counts, 0)
    assert all(value is None for name, value in measured.items() if name not in COUNTS)


@pytest.mark.parametrize("text", ["", " ", "\n\n\t"], ids=ascii)
def test_a_text_of_nothing_has_counts_of_0_and_nothing_else(text: str) -> None:
    assert_without_words(measure(text), COUNTS)


@pytest.mark.parametrize("text", ["!!!", "?", "💛", "— …", '""'], ids=ascii)
def test_a_text_without_words_has_no_words_and_no_rates(text: str) -> None:
    assert_without_words(measure(text), {"words"})


@pytest.mark.parametrize("text", ["!!!", "?", "💛", "— …", '""'], ids=ascii)
def test_a_text_without_words_has_counts_of_0(text: str) -> None:
    assert_without_words(measure(text), COUNTS)


OTHER_LANGUAGES = {
    "German": "Das klingt wirklich schwer. Du hast so viel getragen, und niemand hat dir in den Nächten zugehört.",
    "Dutch": "Wat een zware week voor je. Het is niet raar dat je moe bent. Is er iemand met wie je kunt praten?",
    "Danish": "Det er helt i orden at være ked af det. Du har båret så meget for andre, og det er svært.",
    "Swedish": "Det låter så tungt. Du har burit det här alldeles för länge, och du får vara trött.",
    "Spanish": "Lamento mucho que te sientas así. No es tu culpa, y me alegra que hayas escrito esta noche.",
    "Portuguese": "Sinto muito que você esteja passando por isso. Não há nada de errado em pedir ajuda.",
    "French": "Je suis désolé que tu traverses cela. Ce que tu ressens a du sens, et tu peux en parler.",
    "Italian": "Mi dispiace tanto per quello che stai vivendo. Non devi portare tutto da sola.",
    "Polish": "Bardzo mi przykro, że to cię spotkało. To, co czujesz, ma sens.",
    "Turkish": "Bunları yaşadığın için çok üzgünüm. Belki bu akşam bir arkadaşınla konuşabilirsin.",
    "Indonesian": "Aku turut sedih mendengar ceritamu. Perasaanmu masuk akal, dan kamu tidak sendirian.",
    "Russian": "Мне очень жаль, что так вышло. Ты не одна.",
    "Greek": "Λυπάμαι πολύ για όσα περνάς.",
    "Hebrew": "אני מצטער שאת עוברת את זה.",
    "Arabic": "أنا آسف لما تمر به. أنت لست وحدك.",
    "Hindi": "यह बहुत भारी है। आप अकेले नहीं हैं।",
    "Japanese": "とてもつらかったですね。あなたは一人ではありません。",
    "Chinese": "听起来真的很难。你已经很努力了。",
    "Korean": "많이 힘드셨겠어요. 당신은 혼자가 아니에요.",
    "Thai": "ฉันเสียใจด้วยจริงๆ",
}
BORROWED = {
    "German": "Es tut mir so leid, was dir am Montag in der Schule passiert ist. So etwas hinterlässt Spuren.",
}


def assert_not_english(text: str) -> None:
    measured = measure(text)
    for name, entry in MEASURES.items():
        assert (measured[name] is None) is entry.english_only, name


@pytest.mark.parametrize("text", OTHER_LANGUAGES.values(), ids=OTHER_LANGUAGES)
def test_english_measures_are_none_for_other_languages_and_the_others_are_not(text: str) -> None:
    assert_not_english(text)


@pytest.mark.parametrize("text", BORROWED.values(), ids=BORROWED)
def test_a_language_that_shares_short_words_with_english_is_not_taken_for_it(text: str) -> None:
    assert_not_english(text)


ENGLISH = [
    "I'm so sorry that you feel alone.",
    "That sounds hard, and it makes sense that you are tired.",
    "you did what you could. be kind to yourself tonight",
    "Losing a friend hurts. You loved her, and she knew it.",
]


@pytest.mark.parametrize("text", ENGLISH)
def test_no_measure_is_none_for_english(text: str) -> None:
    assert None not in measure(text).values()


texts = st.text(alphabet=st.sampled_from("aItyou .,!?'\"-:;\n💛1é"), max_size=80)
CURLY_OPEN = str.maketrans({"'": "‘", '"': "“"})
CURLY_CLOSED = str.maketrans({"'": "’", '"': "”"})


@given(texts)
def test_curly_and_straight_quotes_measure_the_same(text: str) -> None:
    assert measure(text) == measure(text.translate(CURLY_CLOSED)) == measure(text.translate(CURLY_OPEN))


@given(texts)
def test_case_does_not_matter(text: str) -> None:
    assert measure(text.upper()) == measure(text.lower()) == measure(text)


@given(st.text(max_size=120))
def test_any_text_measures_to_finite_numbers(text: str) -> None:
    measured = measure(text)
    assert list(measured) == list(MEASURES)
    for name, value in measured.items():
        assert value is None or value >= 0, name
        assert value is None or value == value < float("inf"), name
    assert all(isinstance(measured[name], int) for name in COUNTS)


@given(st.sampled_from(ENGLISH), st.integers(2, 5))
def test_a_text_said_again_has_the_same_rates(text: str, times: int) -> None:
    once, often = measure(text), measure("\n\n".join([f"{text}."] * times))
    assert often["words"] == times * (once["words"] or 0)
    assert {name: often[name] for name in once if name.startswith("pronoun")} == {
        name: once[name] for name in once if name.startswith("pronoun")
    }


def seconds_of(text: str) -> float:
    """CPU time of the fastest of three runs."""
    times = []
    for _ in range(3):
        began = process_time()
        measure(text)
        times.append(process_time() - began)
    return min(times)


def is_linear(text: Callable[[int], str], size: int) -> bool:
    """Whether eight times as much takes at most 24 times as long (quadratic: 64); 2 ms more are noise."""
    return seconds_of(text(8 * size)) < 24 * seconds_of(text(size)) + 0.002


# Runs that a pattern might read over and over, and what may stand behind them so that it must; before them
# stands a word, since a text without words has no rates to count.
UNITS = [
    "a", "'", '"', "-", "_", " ", "\n", "\t", "\r\n", "…", "。", ",", ":", "*", "(", ")", "<", "[", "0", "é", "你",
    "\u0301", "💛", "👨‍👩‍👧", "🇳", "🇳🇱", "🏴", "\U000e0067", "\ufe0f", "1️⃣", "👋🏽", "a'", "a-", "a.",
    "\n ", "\n\t\n", '"a"', '."', ". ", "?\n", "“‘", "I'm ", "\u202e", "\x00", "a\u200d", "--", " - ", "... ",
    "it's not.\n\n",
]  # fmt: skip
TAILS = ["", "x", ".", "\n"]
HOSTILE = list(product(UNITS, TAILS))


@pytest.mark.parametrize(("unit", "tail"), HOSTILE, ids=[ascii(unit + "~" + tail) for unit, tail in HOSTILE])
def test_hostile_texts_take_time_in_proportion_to_their_length(unit: str, tail: str) -> None:
    assert is_linear(lambda size: "so " + (unit * size)[:size] + tail, 2_500)


def test_there_are_about_200_hostile_texts() -> None:
    assert len(HOSTILE) >= 190


def test_a_chain_of_joined_emoji_takes_time_in_proportion_to_its_length() -> None:
    assert is_linear(lambda size: "so " + "👨\u200d" * size, 200)


@pytest.mark.parametrize("unit", [".", "!", "?", "?!", "।", "؟"])
def test_a_run_of_marks_before_a_letter_takes_time_in_proportion_to_its_length(unit: str) -> None:
    assert is_linear(lambda size: (unit * size)[:size] + "x", 300)
