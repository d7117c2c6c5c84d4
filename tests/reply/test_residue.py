"""What models leave around a reply, one pattern at a time; what it makes of a whole draft is `test_length`'s."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reply import residue


@pytest.mark.parametrize(
    ("draft", "before"),
    [
        ("Rest now.<|im_end|>", "Rest now."),
        ("Rest now.<|EOT_ID|>", "Rest now."),
        ("Rest now.</s><s>", "Rest now."),
        ("Rest now. [INST] more", "Rest now. "),
        ("Rest now. [/inst] more", "Rest now. "),
        ("Rest now.<</SYS>>", "Rest now."),
        ("Rest now.<end_of_turn>", "Rest now."),
        ("Rest now.<start_of_turn>user", "Rest now."),
        ("Rest now.\n\nUser: hello", "Rest now."),
        ("Rest now.\n  Peer supporter : hello", "Rest now."),
        ("Rest now.\nHUMAN:\nhello", "Rest now."),
    ],
)
def test_a_draft_ends_where_a_turn_does(draft: str, before: str) -> None:
    text, ended = residue.before_end(draft)
    assert (text.rstrip(), ended) == (before.rstrip(), True)


@pytest.mark.parametrize(
    "draft",
    [
        "Rest now.",
        "1 < 2 and 3 > 2.",
        "I <3 you.",
        "He was a user: a heavy one.",
        "\nUsers: they say a lot.",
        "\nUser:none",
        "Your poster: I saw it.",
        "[instead] of it",
        "a || b",
        "",
    ],
)
def test_other_text_is_no_end(draft: str) -> None:
    assert residue.before_end(draft) == (draft, False)


@pytest.mark.parametrize(
    ("draft", "kept"),
    [
        ("Rest now.<", "Rest now."),
        ("Rest now.</", "Rest now."),
        ("Rest now.<|", "Rest now."),
        ("Rest now.<|im_en", "Rest now."),
        ("Rest now.<|im_end|", "Rest now."),
        ("Rest now.[/IN", "Rest now."),
        ("Rest now. [", "Rest now. "),
        ("3 < 4", "3 < 4"),
        ("a [note] b", "a [note] b"),
    ],
)
def test_a_token_that_was_cut_off_is_dropped(draft: str, kept: str) -> None:
    assert residue.without_unfinished_token(draft) == kept


@pytest.mark.parametrize(
    ("draft", "kept"),
    [
        ("<s> Rest now.", "Rest now."),
        ("[/INST] Rest now.", "Rest now."),
        ("<|im_start|>assistant\nRest now.", "Rest now."),
        ("<start_of_turn>model\nRest now.", "Rest now."),
        ("<<SYS>>\nBe kind.\n<</SYS>>\n\nRest now.", "Rest now."),
        ("<|assistant|>\nRest now.", "Rest now."),
        ("<|assistant|>\nAssistant: Rest now.", "Rest now."),
        ("AI: Rest now.", "Rest now."),
        ("**Response:** Rest now.", "Rest now."),
        ("Reply to him: no.", "Reply to him: no."),
        ("Assistants: rest.", "Assistants: rest."),
        ("Ai:no", "Ai:no"),
    ],
)
def test_tokens_and_labels_before_a_reply_are_dropped(draft: str, kept: str) -> None:
    assert residue.without_leading(draft) == kept


@pytest.mark.parametrize(
    ("opening", "kept"),
    [
        ("Here is a warm reply:", ""),
        ("Here’s my message to them: You matter.", "You matter."),
        ("Sure! Here's a reply:", ""),
        ("Of course, here are 100 words:", ""),
        ("This is a response of 120 words:", ""),
        ("Dear [Name], you matter.", "you matter."),
        ("Hello there, {name}! You matter.", "You matter."),
        ("Hi [User] — you matter.", "you matter."),
        ("Dear Ada, you matter.", "Dear Ada, you matter."),
        ("Here is what I see: you are tired.", "Here is what I see: you are tired."),
        ("Sure, you may cry.", "Sure, you may cry."),
        ("Heretics: no reply.", "Heretics: no reply."),
        ("This is hard. Your reply shows it.", "This is hard. Your reply shows it."),
    ],
)
def test_an_opening_loses_its_preamble_and_a_salutation_to_nobody(opening: str, kept: str) -> None:
    assert residue.without_preamble(opening) == kept


@pytest.mark.parametrize(
    ("sentence", "meta"),
    [
        ("(Word count: 120)", True),
        ("Word count = 98", True),
        ("[120 words]", True),
        ("(End of reply)", True),
        ("Note: this is a draft.", True),
        ("*Total words: 99*", True),
        ("Call [insert number].", True),
        ("Dear {{ user }}, hello.", True),
        ("[Your Name]", True),
        ("[your friend's name] misses you.", True),
        ("A note: you matter.", False),
        ("Words cannot mend this.", False),
        ("I noted that you cried.", False),
        ("You wrote 120 words of pain.", False),
        ("It costs {5}.", False),
        ("[yourself]", False),
    ],
)
def test_a_sentence_about_the_reply_is_told_from_one_of_it(sentence: str, meta: bool) -> None:
    assert residue.is_meta(sentence) is meta


@pytest.mark.parametrize(
    ("line", "signs_off"),
    [
        ("Warmly,", True),
        ("Warmest regards,", True),
        ("With love and hugs, Sam", True),
        ("All my best,", True),
        ("Take care,", True),
        ("**Sincerely,**", True),
        ("Best wishes, [Your Name]", True),
        ("Yours truly — Ada", True),
        ("Your friend", True),
        ("- A caring peer", True),
        ("~ your supporter 💛", True),
        ("Take care of yourself tonight.", False),
        ("Love is patient.", False),
        ("Best of all, you asked for help.", False),
        ("Your friend called you a coward.", False),
        ("The friend that you lost was kind to you for years", False),
        ("With this in mind, rest.", False),
        ("Warm soup may help.", False),
    ],
)
def test_a_line_that_closes_a_letter_is_told_from_a_sentence(line: str, signs_off: bool) -> None:
    assert residue.is_sign_off(line) is signs_off


@pytest.mark.parametrize(
    "line", ["Your friends matter too:", "A friend you can call", "The peers at work:", "Your friend did this to you:"]
)
def test_a_line_about_friends_is_no_signature(line: str) -> None:
    assert not residue.is_sign_off(line)


@given(st.text(max_size=80))
def test_what_is_cut_off_is_a_part_at_the_edge(text: str) -> None:
    before, ended = residue.before_end(text)
    assert text.startswith(before)
    assert ended == (before != text)
    assert text.startswith(residue.without_unfinished_token(text))
    assert text.endswith(residue.without_leading(text))
    assert text.endswith(residue.without_preamble(text))
