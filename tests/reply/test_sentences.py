"""Where sentences end, in whole texts and in texts that still grow."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reply import sentences
from app.reply.sentences import Sentence, ends_whole, first_sentence


def split(text: str, *, complete: bool = True) -> list[Sentence]:
    sentences = []
    while found := first_sentence(text, complete=complete):
        sentence, text = found
        sentences.append(sentence)
    return sentences


def texts(text: str) -> list[str]:
    return [sentence.text for sentence in split(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("You cried. You slept!", ["You cried.", "You slept!"], id="plain"),
        pytest.param("you cried. you slept", ["you cried.", "you slept"], id="lower case"),
        pytest.param("He did what?! You left.", ["He did what?!", "You left."], id="interrobang"),
        pytest.param("See Dr. Osei. Rest.", ["See Dr. Osei.", "Rest."], id="title"),
        pytest.param("A walk, e.g. at dusk. Rest.", ["A walk, e.g. at dusk.", "Rest."], id="e.g."),
        pytest.param("At 3 a.m. you woke. Rest.", ["At 3 a.m. you woke.", "Rest."], id="a.m. within"),
        pytest.param("It was 3 a.m. You woke.", ["It was 3 a.m.", "You woke."], id="a.m. at the end"),
        pytest.param("Soup, tea, etc. Then rest.", ["Soup, tea, etc.", "Then rest."], id="etc. at the end"),
        pytest.param("Did she say no. Then rest.", ["Did she say no.", "Then rest."], id="no as a word"),
        pytest.param("J. R. Amadi left. Rest.", ["J. R. Amadi left.", "Rest."], id="initials"),
        pytest.param("So do I. Rest.", ["So do I.", "Rest."], id="I is no initial"),
        pytest.param("You lost 4.5 kilos. Rest.", ["You lost 4.5 kilos.", "Rest."], id="decimal"),
        pytest.param("That is... hard. Rest.", ["That is... hard.", "Rest."], id="dots within"),
        pytest.param("That is hard... Rest.", ["That is hard...", "Rest."], id="dots at the end"),
        pytest.param("You wait… Rest.", ["You wait…", "Rest."], id="ellipsis at the end"),
        pytest.param('"Go." He left.', ['"Go."', "He left."], id="quote and a new sentence"),
        pytest.param('"Go!" he said. You left.', ['"Go!" he said.', "You left."], id="quote and its speaker"),
        pytest.param("(So it is.) Rest.", ["(So it is.)", "Rest."], id="brackets"),
        pytest.param("**Rest now.** You may.", ["**Rest now.**", "You may."], id="bold"),
        pytest.param("Rest! 💛 You may.", ["Rest! 💛", "You may."], id="emoji belongs to what is before"),
        pytest.param("Rest! 👨‍👩‍👧 🌱 You may.", ["Rest! 👨‍👩‍👧", "🌱 You may."], id="emoji after a blank do not"),
        pytest.param("1. Rest.\n2. Eat.", ["1. Rest.", "2. Eat."], id="numbered list"),
        pytest.param("Try:\n- rest\n- soup", ["Try:", "- rest", "- soup"], id="list"),
        pytest.param("你很累。休息吧！好吗？", ["你很累。", "休息吧！", "好吗？"], id="Chinese"),
        pytest.param("「休んで。」と言う。", ["「休んで。」", "と言う。"], id="Japanese quote"),
        pytest.param("أنت متعب. هل نمت؟ استرح.", ["أنت متعب.", "هل نمت؟", "استرح."], id="Arabic"),
        pytest.param("आप थके हैं। आराम करें।", ["आप थके हैं।", "आराम करें।"], id="Hindi"),
        pytest.param("At example.org they know. Rest.", ["At example.org they know.", "Rest."], id="host name"),
        pytest.param("...", ["..."], id="dots alone"),
        pytest.param("\n\n", [], id="line breaks alone"),
    ],
)
def test_a_text_falls_into_its_sentences(text: str, expected: list[str]) -> None:
    assert texts(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("آپ تھک گئے ہیں۔ آرام کریں۔", ["آپ تھک گئے ہیں۔", "آرام کریں۔"], id="Urdu"),
        pytest.param("ደክሞሃል። አሁን እረፍ።", ["ደክሞሃል።", "አሁን እረፍ።"], id="Amharic"),
        pytest.param("Դու հոգնած ես։ Հանգստացիր։", ["Դու հոգնած ես։", "Հանգստացիր։"], id="Armenian"),
        pytest.param("អ្នកហត់ហើយ។ សម្រាកចុះ។", ["អ្នកហត់ហើយ។", "សម្រាកចុះ។"], id="Khmer"),
        pytest.param("ပင်ပန်းနေပြီ။ နားပါ။", ["ပင်ပန်းနေပြီ။", "နားပါ။"], id="Burmese"),
        pytest.param("„Geh.“ Er ging.", ["„Geh.“", "Er ging."], id="German quote"),
        pytest.param(
            "« Pars. » Il rit.",
            ["« Pars. »", "Il rit."],
            id="French quote",
            marks=pytest.mark.xfail(strict=True, reason="a blank stands before its closing mark"),
        ),
        pytest.param("_You may cry._ Rest.", ["_You may cry._", "Rest."], id="underscored"),
    ],
)
def test_a_text_of_other_scripts_and_marks_falls_into_its_sentences(text: str, expected: list[str]) -> None:
    assert texts(text) == expected


@pytest.mark.parametrize(
    ("space", "gap"),
    [
        ("", ""), (" ", " "), ("  ", " "), ("\t", " "), ("\u00a0", " "), ("\n", "\n"), (" \n ", "\n"), ("\n\n", "\n\n"),
        ("\n \n", "\n\n"), ("\n\n\n\n", "\n\n"),
    ],
)  # fmt: skip
def test_a_gap_is_nothing_a_blank_a_line_or_a_paragraph(space: str, gap: str) -> None:
    found = first_sentence(f"{space}Rest.", complete=True)
    assert found == (Sentence("Rest.", gap, whole=True), "")


@pytest.mark.parametrize(
    "growing",
    ["", "  \n", "Rest", "Rest.", "Rest. ", "Rest?", "It is 3.", "See Dr. ", "Rest…", 'He said "go."', "你很累。"],
)
def test_an_end_that_is_not_certain_is_waited_for(growing: str) -> None:
    assert first_sentence(growing, complete=False) is None


@pytest.mark.parametrize(
    ("growing", "text", "rest"),
    [
        ("Rest. N", "Rest.", " N"),
        ("Rest.\n", "Rest.", "\n"),
        ("- rest\n", "- rest", "\n"),
        ("你很累。你", "你很累。", "你"),
        ("Rest. 💛 N", "Rest. 💛", " N"),
        ("See Dr. Osei. N", "See Dr. Osei.", " N"),
    ],
)
def test_a_sentence_leaves_when_the_next_has_begun(growing: str, text: str, rest: str) -> None:
    found = first_sentence(growing, complete=False)
    assert found is not None
    assert (found[0].text, found[1]) == (text, rest)


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("Rest.", True), ("Rest!", True), ("Rest?", True), ("Rest…", True), ("Rest. 💛", True), ("Rest! ❤️", True),
        ("Rest. 👨‍👩‍👧", True), ('"Rest."', True), ("“Rest.”", True), ("(Rest.)", True), ("**Rest.**", True),
        ("休息。", True), ("「休息。」", True), ("استرح؟", True), ("आराम।", True), ("It is 5 p.m.", True),
        ("Rest", False), ("Rest:", False), ("Rest,", False), ("- rest", False), ("See Dr.", False), ("e.g.", False),
        ("Rest 💛", False), ("# Rest", False), ("“Rest", False), ("", False),
    ],
)  # fmt: skip
def test_a_whole_sentence_ends_like_one(text: str, whole: bool) -> None:
    assert ends_whole(text) is whole


@given(st.text(alphabet=st.sampled_from('aB1.!?…。"“”)* \n-💛\u200d\ufe0fد'), max_size=80))
def test_no_character_but_white_space_is_lost(text: str) -> None:
    sentences = split(text)
    assert "".join("".join(texts(text)).split()) == "".join(text.split())
    assert all(sentence.text and sentence.text == sentence.text.strip() for sentence in sentences)


@given(st.text(alphabet=st.sampled_from("aB.!?。\n "), max_size=40), st.text(max_size=10))
def test_what_left_early_is_what_would_have_left_late(text: str, more: str) -> None:
    early = first_sentence(text, complete=False)
    if early and more[:1] not in ("\u200d", "\ufe0f"):
        late = first_sentence(text + more, complete=True)
        assert late is not None
        assert late[0] == early[0]


# text: whether it begins with a plain sentence
PLAIN = {
    "You matter. Rest now.": True,
    " You matter! Rest now.": True,
    "Don't you, a bit? Rest now.": True,
    "It is I. You know me.": True,
    "I met J. Doe. You know him.": False,
    "See Dr. Who today. Rest now.": False,
    "At 5 p.m. They came.": False,
    "You matter.  Rest now.": False,
    "You matter. rest now.": False,
    "You matter. 💛 Rest now.": False,
    "Well... Rest now.": False,
    "“You matter.” Rest now.": False,
    "1. Rest. Eat.": False,
    "Some ideas:\nRest. Eat.": False,
    "You matter.": False,
}


@pytest.mark.parametrize("complete", [False, True])
@pytest.mark.parametrize("text", PLAIN)
def test_a_plain_sentence_is_what_the_long_way_finds(text: str, complete: bool) -> None:
    plain = sentences._plain_sentence(text, 0)

    assert (plain is not None) == PLAIN[text]
    assert plain in (None, sentences._any_sentence(text, 0, complete=complete))
