"""Words, sentences and emoji: what every measure counts from."""

import pytest
from emoji import EMOJI_DATA
from hypothesis import given
from hypothesis import strategies as st

from app.style.text import Text
from app.style.tokens import count_words, straighten


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("", 0, id="nothing"),
        pytest.param(" \n\t", 0, id="white space"),
        pytest.param("... — !? 💛", 0, id="marks alone"),
        pytest.param("You are tired.", 3, id="plain"),
        pytest.param("Don't, won't", 2, id="straight apostrophes"),
        pytest.param("Don’t, won’t", 2, id="curly apostrophes"),
        pytest.param("rock'n'roll", 1, id="two apostrophes"),
        pytest.param("'quoted' words", 2, id="single quotes"),
        pytest.param("the Smiths' dog", 3, id="apostrophe at the end"),
        pytest.param("well-being mother-in-law", 2, id="hyphens"),
        pytest.param("mother-in-law's one-size-fits-all", 3, id="four parts are two words, as in LIWC"),
        pytest.param("now — then -- or - here", 4, id="dashes part words"),
        pytest.param("now—then", 2, id="em dash without blanks"),
        pytest.param("and/or", 2, id="slash"),
        pytest.param("at 3 p.m.", 4, id="abbreviation"),
        pytest.param("2 of 30", 3, id="numbers"),
        pytest.param("4.5", 2, id="decimal"),
        pytest.param("naïve Straße łódź", 3, id="Latin letters"),
        pytest.param("мне тяжело", 2, id="Cyrillic"),
        pytest.param("أنت لست وحدك", 3, id="Arabic"),
        pytest.param("我很累。你呢?", 2, id="a run of Chinese is one"),
        pytest.param("너무 힘들어요", 2, id="Korean"),
        pytest.param("**bold** #tag @you", 3, id="markup"),
        pytest.param("good💛night", 2, id="emoji parts words"),
        pytest.param("step 1️⃣ and 2⃣", 2, id="a keycap is no word"),
    ],
)
def test_words_are_counted_as_a_reader_would(text: str, words: int) -> None:
    assert count_words(text) == words
    assert len(Text.of(text).words) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("हिन्दी में बात करो", 4, id="Hindi"),
        pytest.param("আমি ক্লান্ত", 2, id="Bengali"),
        pytest.param("நான் சோர்வாக", 2, id="Tamil"),
        pytest.param("أَنَا مُتْعَبٌ", 2, id="Arabic with vowels"),
        pytest.param("אֲנִי עָיֵף", 2, id="Hebrew with points"),
        pytest.param("re\u0301sume\u0301 ok", 2, id="decomposed accents"),
        pytest.param("می‌خواهم", 1, id="Persian with a non-joiner"),
    ],
)
def test_words_with_combining_marks_are_counted_as_a_reader_would(text: str, words: int) -> None:
    assert count_words(text) == words


def test_a_capital_i_with_a_dot_parts_no_word() -> None:
    assert Text.of("İstanbul").words in (["i̇stanbul"], ["istanbul"])


@given(st.text(max_size=80))
def test_counting_words_agrees_with_the_words(text: str) -> None:
    if "İ" not in text:
        assert count_words(text) == len(Text.of(text).words)


@given(st.text(max_size=60), st.text(max_size=60))
def test_texts_apart_have_the_words_of_both(left: str, right: str) -> None:
    assert count_words(f"{left}\n{right}") == count_words(left) + count_words(right)


def test_words_are_lower_cased_with_straight_apostrophes() -> None:
    assert Text.of("You’re HERE").words == ["you're", "here"]


@pytest.mark.parametrize(
    ("text", "straight"),
    [
        ("“a”", '"a"'), ("„a“", '"a"'), ("«a»", '"a"'), ("‘a’", "'a'"), ("Oʼahu", "O'ahu"), ("'a' \"b\"", "'a' \"b\""),
        pytest.param("donâ€™t", "don't", id="misread as Windows-1252"),
        pytest.param("don‚Äôt", "don't", id="misread as Mac Roman"),
    ],
)  # fmt: skip
def test_quotes_are_made_straight(text: str, straight: str) -> None:
    assert straighten(text) == straight


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        pytest.param("", 0, id="nothing"),
        pytest.param("You cried.", 1, id="one"),
        pytest.param("You cried. You slept!", 2, id="two"),
        pytest.param("You cried. And then", 2, id="unclosed tail"),
        pytest.param("and then", 1, id="no end at all"),
        pytest.param("You cried. 💛", 2, id="a tail of emoji, as in LIWC"),
        pytest.param('"You cried." )', 1, id="a tail of brackets is none"),
        pytest.param("You cried. Really.", 2, id="a word that only strengthens"),
        pytest.param("You cried.” Then", 2, id="quote behind the end"),
        pytest.param("What?! No!!!", 2, id="runs of marks"),
        pytest.param("You wait... and wait.", 2, id="dots are an end, as in LIWC"),
        pytest.param("You wait… and wait.", 1, id="the one character is none"),
        pytest.param("It was 4.5 kilos.", 1, id="decimal"),
        pytest.param("See Dr. Osei.", 2, id="an abbreviation is an end, as in LIWC"),
        pytest.param('"Go." He left.', 2, id="quoted"),
        pytest.param("“Go.” He left.", 2, id="curly quotes"),
        pytest.param("(Go.) He left.", 2, id="brackets"),
        pytest.param("At example.org they know.", 1, id="host name"),
        pytest.param("你很累。休息吧！好吗？", 3, id="Chinese"),
        pytest.param("هل نمت؟ استرح.", 2, id="Arabic"),
        pytest.param("आप थके हैं। आराम करें।", 2, id="Hindi"),
        pytest.param("One.\nTwo.\n\nThree", 3, id="lines"),
    ],
)
def test_sentences_are_counted_as_liwc_counts_them(text: str, sentences: int) -> None:
    assert len(Text.of(text).sentences) == sentences


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("", 0), ("You cried.", 0), ("Did you sleep?", 1), ("Why?! Why??", 2), ("Did you? I hope so. Will you?", 2),
        ('"Why?" he said.', 1), ("a?b", 0), ("你好吗？", 1),
        pytest.param("هل نمت؟", 1),
    ],
)  # fmt: skip
def test_questions_are_sentences_that_end_with_a_question_mark(text: str, questions: int) -> None:
    assert sum(sentence.is_question for sentence in Text.of(text).sentences) == questions


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [
        ("", 0), (" \n\n ", 0), ("one", 1), ("one\ntwo", 2), ("one\n\ntwo", 2), ("one\n \t\ntwo", 2),
        ("one\n\n\n\ntwo\n\n", 2), ("\n\none", 1), ("one\r\n\r\ntwo", 2),
    ],
)  # fmt: skip
def test_paragraphs_are_lines_with_text_on_them(text: str, paragraphs: int) -> None:
    assert len(Text.of(text).lines) == paragraphs


@pytest.mark.parametrize(
    ("text", "emoji"),
    [
        pytest.param("plain :-) <3", 0, id="emoticons are none"),
        pytest.param("💛", 1, id="one"),
        pytest.param("💛💛 🌱", 3, id="three"),
        pytest.param("❤️", 1, id="variation selector"),
        pytest.param("👋🏽", 1, id="skin tone"),
        pytest.param("👨‍👩‍👧‍👦", 1, id="family"),
        pytest.param("🏳️‍🌈", 1, id="rainbow flag"),
        pytest.param("🇳🇱🇧🇪", 2, id="two flags"),
        pytest.param("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", 1, id="England"),
        pytest.param("1️⃣", 1, id="keycap"),
        pytest.param("1⃣ #️⃣", 2, id="keycap with and without selector"),
        pytest.param("1 # *", 0, id="keycap characters alone"),
        pytest.param("👨‍👩‍👧" * 30, 30, id="a run of families"),
        pytest.param("👍‍" * 30, 1, id="joined, however many"),
        pytest.param("Ⓜ️", 1, id="the one that has a lower case"),
        pytest.param("🇦🇦", 0, id="two letters that are no flag"),
        pytest.param("👨\u200d\u200d👨", 2, id="a broken chain"),
        pytest.param("© ® ™", 0, id="signs of trade"),
        pytest.param("→ • ½ 你", 0, id="other signs"),
    ],
)
def test_emoji_are_counted_by_grapheme(text: str, emoji: int) -> None:
    assert Text.of(text).sums["emoji"] == emoji


@pytest.mark.parametrize(("text", "letters"), [("", 0), ("You're 30.", 5), ("naïve", 5), ("你好", 2), ("a_b 1", 2)])
def test_letters_are_those_of_words(text: str, letters: int) -> None:
    assert Text.of(text).sums["letters"] == letters


def test_every_emoji_counts_one() -> None:
    """Of the emoji package's own list, but for the signs of trade."""
    counted = {sign: Text.of(sign).sums["emoji"] for sign in EMOJI_DATA}

    assert {sign for sign, count in counted.items() if count != 1} == {"©", "©️", "®", "®️", "™", "™️"}
