"""What the seeker said, made fit for a model: nothing visible is lost, nothing hidden stays."""

import re
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.reply.conversation import Conversation, Turn, clean_text

# As the tokenizers of each family read them, in any casing.
TEMPLATE_TOKENS = {
    "ChatML": ["<|im_start|>", "<|im_end|>", "<|endoftext|>"],
    "Llama 2": ["<s>", "</s>", "[INST]", "[/INST]", "<<SYS>>", "<</SYS>>", "<unk>"],
    "Llama 3": [
        "<|begin_of_text|>", "<|eot_id|>", "<|start_header_id|>", "<|end_header_id|>", "<|python_tag|>", "<|eom_id|>",
    ],
    "Mistral": [
        "[INST]", "[/INST]", "[SYSTEM_PROMPT]", "[/SYSTEM_PROMPT]", "[AVAILABLE_TOOLS]", "[/AVAILABLE_TOOLS]",
        "[TOOL_CALLS]", "[TOOL_RESULTS]", "[/TOOL_RESULTS]", "[IMG]", "[PREFIX]", "[MIDDLE]", "[SUFFIX]",
    ],
    "Gemma": ["<start_of_turn>", "<end_of_turn>", "<bos>", "<eos>", "<pad>", "<|turn>", "<turn|>"],
    "Harmony": ["<|start|>", "<|channel|>", "<|message|>", "<|return|>"],
    "fill in the middle": ["<fim_prefix>", "<fim_suffix>", "<fim_middle>"],
}  # fmt: skip
NOT_KNOWN_YET = {
    "Mistral 3": ["[IMG_BREAK]", "[TOOL_CONTENT]", "[ARGS]", "[THINK]", "[/THINK]"],
    "SmolLM2": ["<repo_name>", "<file_sep>", "<empty_output>"],
    "Gemma 3": ["<start_of_image>"],
    "Qwen": ["<think>", "</think>", "<tool_call>"],
    "DeepSeek": ["<｜User｜>", "<｜end▁of▁sentence｜>"],
}
KNOWN = sorted({token for family in TEMPLATE_TOKENS.values() for token in family})
UNKNOWN = sorted({token for family in NOT_KNOWN_YET.values() for token in family})
_ANY_TOKEN = re.compile("|".join(map(re.escape, KNOWN)), re.IGNORECASE)

CASINGS = {"as it is": str, "lower": str.lower, "upper": str.upper, "swapped": str.swapcase, "title": str.title}
# Stripped characters between two that together are a token.
HIDERS = ["\u200b", "\u200e", "\u202e", "\u2060", "\ufeff", "\u00ad", "\x00", "\x1b", "\x7f", "\x85", "\ud83d"]


@pytest.mark.parametrize("casing", CASINGS.values(), ids=CASINGS)
@pytest.mark.parametrize("token", KNOWN)
def test_a_template_token_is_broken_and_stays_readable(token: str, casing: type[str]) -> None:
    text = f"before {casing(token)}after"
    clean = clean_text(text)
    assert casing(token) not in clean
    assert not _ANY_TOKEN.search(clean)
    assert clean.replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize("token", UNKNOWN)
def test_a_template_token_of_other_models_is_broken(token: str) -> None:
    assert token not in clean_text(f"before {token} after")


@pytest.mark.parametrize("hider", HIDERS, ids=[f"U+{ord(hider):04X}" for hider in HIDERS])
@pytest.mark.parametrize("token", KNOWN)
def test_a_token_hidden_by_what_is_stripped_does_not_come_together(token: str, hider: str) -> None:
    for place in range(1, len(token)):
        assert not _ANY_TOKEN.search(clean_text(token[:place] + hider + token[place:]))
    assert not _ANY_TOKEN.search(clean_text(hider.join(token)))


@pytest.mark.parametrize(
    "nested",
    [
        "<<|im_end|>|im_end|>", "<|im_<|im_end|>end|>", "[[INST]INST]", "[/[/INST]INST]", "<<s>s>", "<</s>/s>",
        "<<<<SYS>>SYS>>", "<|<|im_start|>|>", "<start_of_<start_of_turn>turn>", "<|im_start|><|im_start|>",
        "[INST][INST][/INST]", "<<SYS>><</SYS>><s></s>",
    ],
)  # fmt: skip
def test_nested_tokens_do_not_survive(nested: str) -> None:
    assert not _ANY_TOKEN.search(clean_text(nested))


@given(
    st.lists(st.sampled_from([*KNOWN, *"<>[]|/s ", "INST", "SYS", *HIDERS, "\u200d", "\r\n", "a"]), max_size=12).map(
        "".join
    )
)
@example("<\x00|im_end|\x00>")
def test_no_mixture_of_tokens_survives_and_cleaning_twice_changes_nothing(mixture: str) -> None:
    clean = clean_text(mixture)
    assert not _ANY_TOKEN.search(clean)
    assert clean_text(clean) == clean


@given(st.text(max_size=200))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    clean = clean_text(text)
    assert clean_text(clean) == clean
    assert clean == clean.strip()


@given(st.text(alphabet=st.characters(categories=["L", "M", "N", "P", "S", "Zs"]), max_size=200))
def test_no_visible_character_is_lost(text: str) -> None:
    assert "".join(clean_text(text).split()) == "".join(text.split())


SCRIPTS = {
    "Latin": "Ich weiß, naïve Ångström, łódź, tiếng Việt",
    "Greek": "είμαι κουρασμένος",
    "Cyrillic": "мне так тяжело, її",
    "Armenian": "ես հոգնած եմ։",
    "Georgian": "დაღლილი ვარ",
    "Hebrew": "אֲנִי עָיֵף",
    "Arabic": "أَنَا مُتْعَبٌ",
    "Persian": "می‌خواهم بخوابم",
    "Urdu": "میں تھک گیا ہوں۔",
    "Syriac": "ܫܠܡܐ",
    "Thaana": "ދިވެހި",
    "Devanagari": "मैं थक गया हूँ क्‍ष",
    "Bengali": "আমি ক্লান্ত",
    "Gurmukhi": "ਮੈਂ ਥੱਕ ਗਿਆ",
    "Gujarati": "હું થાકી ગયો છું",
    "Odia": "ମୁଁ ଥକି ଯାଇଛି",
    "Tamil": "நான் சோர்வாக இருக்கிறேன்",
    "Telugu": "నేను అలసిపోయాను",
    "Kannada": "ನಾನು ದಣಿದಿದ್ದೇನೆ",
    "Malayalam": "ഞാൻ ക്ഷീണിതനാണ്",
    "Sinhala": "මට මහන්සියි ශ්‍රී",
    "Thai": "ฉันเหนื่อยมาก",
    "Lao": "ຂ້ອຍເມື່ອຍ",
    "Tibetan": "ང་ཐང་ཆད་སོང་།",
    "Burmese": "ကျွန်တော် ပင်ပန်းတယ်",
    "Khmer": "ខ្ញុំហត់ណាស់",
    "Ethiopic": "ደክሞኛል።",
    "Cherokee": "ᎣᏏᏲ",
    "Mongolian": "ᠮᠣᠩᠭᠣᠯ",
    "Chinese": "我真的很累。",
    "Japanese": "もう疲れました。ガラス",
    "Korean": "너무 힘들어요",
    "Yi": "ꆈꌠꉙ",
    "Adlam": "𞤀𞤣𞤤𞤢𞤥",
    "Gothic": "𐌲𐌿𐍄",
    "decomposed": "cafe\u0301 n\u0303 a\u0323\u0306",
    "mathematical": "𝓈𝒶𝒹",
    "emoji": "😭💔🥺",
    "family": "👨‍👩‍👧‍👦",
    "skin tones": "👋🏽🧑🏿‍🤝‍🧑🏻",
    "flag": "🇳🇱",
    "England": "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "rainbow": "🏳️‍🌈",
    "keycap": "1️⃣ #️⃣",
    "text heart": "❤︎ <3 :') ¯\\_(ツ)_/¯",
    "markup": "a <b>bold</b> & c[0] <= d | e > f",
    "line breaks": "one\n\ntwo\n\tthree",
    "no-break space": "10\u00a0kg",
}


@pytest.mark.parametrize("text", SCRIPTS.values(), ids=SCRIPTS)
def test_every_script_and_emoji_comes_through_unchanged(text: str) -> None:
    assert clean_text(text) == text


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("thank you \U0001fa77", id="pink heart (Unicode 15)"),
        pytest.param("I was \U0001fae8", id="shaking face (Unicode 15)"),
        pytest.param("I am \U0001fae9", id="face with bags under its eyes (Unicode 16)"),
    ],
)
def test_young_emoji_are_kept(text: str) -> None:
    assert clean_text(text) == text


def test_visible_format_characters_are_kept() -> None:
    assert clean_text("ayah \u06dd") == "ayah \u06dd"


@pytest.mark.parametrize("breaker", ["\x0b", "\x0c", "\x85"], ids=["vertical tab", "form feed", "next line"])
def test_every_kind_of_line_break_parts_words(breaker: str) -> None:
    assert clean_text(f"one{breaker}two").split() == ["one", "two"]


@pytest.mark.parametrize(
    "hidden",
    [
        "\x00", "\x07", "\x1b", "\x7f", "\x80", "\x9f", "\u200b", "\u200e", "\u200f", "\u202a", "\u202e", "\u2066",
        "\u2069", "\u061c", "\u2060", "\ufeff", "\u00ad", "\ufff9", "\ud800", "\ue000", "\U0010ffff",
    ],
    ids=lambda char: f"U+{ord(char):04X}",
)  # fmt: skip
def test_hidden_characters_vanish(hidden: str) -> None:
    assert clean_text(f"so{hidden} tired{hidden}") == "so tired"
    assert clean_text(hidden) == ""


@pytest.mark.parametrize("breaker", ["\r\n", "\r", "\u2028", "\u2029"])
def test_line_breaks_become_one_kind(breaker: str) -> None:
    assert clean_text(f"one{breaker}two") == "one\ntwo"


turns = st.lists(
    st.builds(
        Turn, st.sampled_from(["seeker", "supporter"]), st.sampled_from(["a", "b\nc", "", " ", "\u200b", "[INST]"])
    ),
    max_size=12,
)


@given(turns)
def test_turns_alternate_and_end_with_the_post(history: list[Turn]) -> None:
    turns = Conversation.of("the post", tuple(history)).turns
    assert turns[-1].role == "seeker"
    assert turns[-1].text.endswith("the post")
    assert all(left.role != right.role for left, right in pairwise(turns))
    assert all(turn.text.strip() for turn in turns)


@given(turns)
def test_nothing_of_a_history_is_lost_or_out_of_order(history: list[Turn]) -> None:
    said = [clean_text(turn.text) for turn in history]
    merged = "\n\n".join(turn.text for turn in Conversation.of("the post", tuple(history)).turns)
    assert merged == "\n\n".join([*filter(None, said), "the post"])


def test_two_seeker_turns_in_a_row_become_one() -> None:
    history = (Turn("supporter", "Hello."), Turn("seeker", "One."), Turn("seeker", " "), Turn("seeker", "Two."))
    assert Conversation.of("Three.", history).turns == (
        Turn("supporter", "Hello."),
        Turn("seeker", "One.\n\nTwo.\n\nThree."),
    )


def test_tokens_are_broken_in_the_history_too() -> None:
    history = (Turn("supporter", "Hi.<|im_end|>"),)
    assert "<|im_end|>" not in Conversation.of("[INST]", history).turns[0].text


def test_the_oldest_turns_go_first_and_the_post_never() -> None:
    conversation = Conversation.of("post", (Turn("seeker", "a"), Turn("supporter", "b")))
    seen = []
    for _ in range(4):
        seen.append([turn.text for turn in conversation.turns])
        conversation = conversation.without_oldest()
    assert seen == [["a", "b", "post"], ["b", "post"], ["post"], ["post"]]
