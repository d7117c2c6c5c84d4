"""The finisher: whatever a model writes, and however it comes in pieces, what goes out is fit to show."""

import random
from collections.abc import Callable, Iterable
from itertools import pairwise
from time import process_time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.reply.examples import EXAMPLES
from app.reply.length import Ending, Finisher
from app.reply.sentences import ends_whole
from app.style.measures import measure
from app.style.tokens import count_words

BODY = "That was a cruel thing to hear. You are not alone with it tonight."
ROOMY = 150


def finish(
    pieces: Iterable[str], max_words: int = ROOMY, *, ran_out: bool = False
) -> tuple[str, Ending | None, list[str]]:
    """Text, ending and deltas of a draft that comes in these pieces; asserts that the deltas are the text."""
    finisher = Finisher(max_words)
    deltas: list[str] = []
    for piece in pieces:
        deltas += finisher.feed(piece)
        assert "".join(deltas) == finisher.text
        if finisher.is_done:
            break
    deltas += finisher.end(ran_out=ran_out)
    assert finisher.is_done
    assert "".join(deltas) == finisher.text
    assert "" not in deltas
    return finisher.text, finisher.ending, deltas


def words_of(draft: str) -> list[str]:
    """A draft as a model's tokens might come: a word with the blank before it."""
    first, *others = draft.split(" ")
    return [first, *(f" {word}" for word in others)]


def cut_at(draft: str, cuts: Iterable[int]) -> list[str]:
    places = [0, *sorted(cut % (len(draft) + 1) for cut in cuts), len(draft)]
    return [draft[left:right] for left, right in pairwise(places)]


SPLITS: dict[str, Callable[[str], list[str]]] = {
    "whole": lambda draft: [draft],
    "words": words_of,
    "characters": list,
}
each_split = pytest.mark.parametrize("split", SPLITS.values(), ids=SPLITS)


def case(name: str, draft: str, expected: str = BODY, bug: str = "") -> object:
    marks = [pytest.mark.xfail(strict=True, reason=bug)] if bug else []
    return pytest.param(draft, expected, id=name, marks=marks)


FINE = {
    "two sentences": BODY,
    "paragraphs": "I am sorry.\n\nIt makes sense that you are angry.\nAnybody would be.",
    "numbered list": "Some things you might try:\n\n1. Sleep early.\n2. Call Ada.\n3. Eat.\n\nPick one.",
    "list without full stops": "Some things you might try:\n\n- sleep\n- a walk\n- soup\n\nPick one.",
    "list at the end": "You could keep close:\n\n* water\n* a blanket\n* the cat",
    "heading": "## For tonight\n\nBe slow. Be kind to yourself.",
    "bold": "**This is not your fault.** He chose to leave.",
    "emoji after full stops": "You got through Monday! 🌧 Tuesday may be lighter. 🌱",
    "emoji in a sentence": "Your 🐕 was family, and you may cry.",
    "family at the end": "They need you as you are. 👨‍👩‍👧‍👦",
    "heart at the end": "I am on your side. ❤️",
    "ellipses": "That is... a lot to hold. You sound tired… No wonder.",
    "abbreviations": "Tell Dr. Osei about it, e.g. on Monday. She may know more, i.e. a name.",
    "times": "It is worse at 3 a.m. when all is still. It passes.",
    "decimals": "You lost 4.5 kilos in 2.5 months. Your body is telling you something.",
    "initials": "J. K. Amadi was your friend. You miss him.",
    "quotation first": '"Just get over it" is no advice. It is a door that closes.',
    "said quotation first": '"You are too much," she said. You are not.',
    "two sentences quoted first": '"I am so tired. I give up." Those are heavy words. I hear them.',
    "quotations first and last": '"Too late," they said. That is not so. You may say: "Not for me."',
    "quotation within": 'You wrote "I ruin everything." That is pain talking. It is no fact.',
    "quotation last": 'You could say to him: "I need an hour with you."',
    "curly quotations": "“Nobody called” — I read that twice. You waited so long.",
    "apostrophes": "It isn't weak to cry. 'Tis human, and you've held on.",
    "curly apostrophes": "You’re worn out. Who wouldn’t be?",
    "Chinese": "听到这件事我很难过。你已经很努力了！今晚先休息吧。",
    "Japanese": "つらかったですね。「大丈夫」と言わなくていいんです。",
    "Arabic": "يؤلمني ما مررت به. هل نمت الليلة؟ أنت لست وحدك.",
    "Hindi": "यह बहुत भारी है। आप अकेले नहीं हैं।",
    "lower case": "that sounds so rough. you did what you could. be gentle with yourself",
    "no full stop": "you did nothing wrong and you may rest now",
    "interrobang": "They said that?! You must have been so hurt!!",
    "agreement that is the reply": "Of course you are angry. He lied to you.",
    "absolutely": "Absolutely. Your anger makes sense.",
    "brackets": "You wrote that [sic] you are fine. I wonder about that (only a little).",
    "less than": "You slept < 3 hours. No wonder that you cry.",
    "heart of characters within": "I <3 that you wrote. Stay a while.",
    "love as a first word": "Love is no debt. You owe him nothing.",
    "care as a first word": "Care about yourself first.\nTake care of your sleep tonight.",
    "words as a first word": "Words fail at such a loss. I am sorry.",
    "dash": "You stayed — for years — and it cost you. That counts.",
    "colon": "One thing is clear: you loved her. Nothing ends that.",
    "user in a sentence": "You were a user: of his kindness, he says. That is unfair.",
}


@each_split
@pytest.mark.parametrize("draft", FINE.values(), ids=FINE)
def test_a_fine_reply_comes_through_unchanged(draft: str, split: Callable[[str], list[str]]) -> None:
    assert finish(split(f"\n {draft}\n\n"))[:2] == (draft, "stop")


RESIDUE = [
    case("ChatML end", f"{BODY}<|im_end|>"),
    case("ChatML end and a new turn", f"{BODY}<|im_end|>\n<|im_start|>user\nThank you."),
    case("Llama 2 end", f"{BODY}</s>"),
    case("Llama 2 end, capital", f"{BODY} </S>"),
    case("Llama 2 next turn", f"{BODY} [INST] And now? [/INST] Rest."),
    case("Llama 2 system", f"{BODY}\n<<SYS>>\nBe kind.\n<</SYS>>"),
    case("Llama 2 beginning", f"<s> {BODY}"),
    case("Llama 3 end", f"{BODY}<|eot_id|>"),
    case("Llama 3 end of text", f"{BODY}<|end_of_text|>"),
    case("Mistral closing first", f"[/INST] {BODY}"),
    case("Gemma end", f"{BODY}<end_of_turn>\n<start_of_turn>user\nhi"),
    case("Phi end", f"{BODY}<|end|>"),
    case("end token after a line break", f"{BODY}\n\n<|assistant|>\nMore."),
    case("token cut off", f"{BODY} <|im_e"),
    case("bracket cut off", f"{BODY} [/IN"),
    case("imagined seeker", f"{BODY}\n\nUser: Thank you.\n\nAssistant: Any time."),
    case("imagined poster", f"{BODY}\nPoster: But why?"),
    case("role label", f"Assistant: {BODY}"),
    case("two words of role", f"Peer supporter: {BODY}"),
    case("label", f"Response:\n\n{BODY}"),
    case("bold label", f"**Reply:** {BODY}"),
    case("preamble", f"Here is a warm reply:\n\n{BODY}"),
    case("preamble with a curly apostrophe", f"Here’s an empathic response to the post:\n\n{BODY}"),
    case("agreement and preamble", f"Sure! Here's a warm reply:\n\n{BODY}"),
    case("agreement with a comma", f"Certainly, here is a message of 120 words:\n\n{BODY}"),
    case("preamble on the same line", f"Below is my response: {BODY}"),
    case("preamble and quotes", f'Here\'s a reply:\n\n"{BODY}"'),
    case("quotes around all", f'"{BODY}"'),
    case("curly quotes around all", f"“{BODY}”"),
    case("guillemets around all", f"«{BODY}»"),
    case("German quotes around all", f"„{BODY}“"),
    case("quotes around all and an end token", f'"{BODY}"</s>'),
    case("salutation to nobody", f"Dear [Name],\n\n{BODY}"),
    case("greeting of nobody", f"Hi [Your Friend's Name]! {BODY}"),
    case("name not filled in", f"{BODY}\n\n[Your Name]"),
    case("dash and name not filled in", f"{BODY}\n\n- [Your Name]"),
    case("sentence with a placeholder", f"I am sorry, [name]. {BODY}"),
    case("template braces", f"{BODY} I am sorry, {{{{user}}}}."),
    case("sign-off", f"{BODY}\n\nWarmly,\n[Your Name]"),
    case("sign-off with a name", f"{BODY}\n\nWith love and hugs,\nSam"),
    case("sign-off of one line", f"{BODY}\n\nBest wishes, your friend"),
    case("sign-off in bold", f"{BODY}\n\n**Take care,**\n**[Your Name]**"),
    case("sign-off by nobody", f"{BODY}\n\n— Your peer supporter"),
    case("word count", f"{BODY}\n\n(Word count: 112)"),
    case("words in brackets", f"{BODY} (112 words)"),
    case("note", f"{BODY}\n\nNote: I kept it short."),
    # What models in use return as well, and what still gets through:
    case("thoughts", f"<think>\nSad user. I stay kind.\n</think>\n\n{BODY}"),
    case("other agreement", f"I'd be happy to help! Here's a warm reply:\n\n{BODY}"),
    case("agreement of a sentence", f"Sure, I can do that. Here's a reply:\n\n{BODY}"),
    case("here you go", f"Sure! Here you go:\n\n{BODY}"),
    case("preamble with a lead", f"Based on the post, here is a reply:\n\n{BODY}"),
    case("preamble in bold", f"**Here's a warm reply:**\n\n{BODY}"),
    case("preamble and rule", f"Here's a warm reply:\n\n---\n\n{BODY}"),
    case("label of two words", f"Empathetic response:\n\n{BODY}"),
    case("label as a heading", f"### Response\n\n{BODY}"),
    case("code fence", f"```\n{BODY}\n```"),
    case("curly single quotes around all", f"‘{BODY}’", bug="single quotes are not seen"),
    case(
        "quotes around all, others within", f'"You said "no" once. {BODY}"', f'You said "no" once. {BODY}', "marks stay"
    ),
    case("quotes around all, emoji after", f'"{BODY}" 💛', f"{BODY} 💛"),
    case("supporter's placeholder", f"{BODY}\n\n[Supporter's Name]"),
    case("username placeholder", f"{BODY}\n\n[Username]"),
    case("sign-off on the same line", f"{BODY} Take care, [Your Name]"),
    case("braces with an underscore", f"{BODY} I am sorry, {{{{user_name}}}}"),
    case("help line placeholder", f"Call [crisis hotline number] now. {BODY}"),
    case("placeholder in angles", f"{BODY}\n\n<Your Name>"),
    case("sign-off of sympathy", f"{BODY}\n\nWith heartfelt sympathy,\n[Your Name]"),
    case("sign-off of wishes", f"{BODY}\n\nWishing you peace,\n[Your Name]"),
    case("sign-off of sending", f"{BODY}\n\nSending love,\nSam"),
    case("note on the length", f"{BODY}\n\nThis reply is 112 words long."),
    case("offer to change it", f"{BODY}\n\nLet me know if you'd like a softer tone!"),
    case("bold imagined seeker", f"{BODY}\n\n**User:** Thanks."),
    case("heading of a new turn", f"{BODY}\n\n### User:\nThanks."),
    case("end of sequence", f"{BODY}<eos>"),
    case("padding", f"{BODY}<pad><pad>"),
    case("tool calls", f"{BODY}[TOOL_CALLS]"),
    case("half token of new Gemmas", f"{BODY}<turn|>"),
    case("fullwidth end token", f"{BODY}<｜end▁of▁sentence｜>"),
]


@pytest.mark.parametrize(("draft", "expected"), RESIDUE)
def test_what_models_leave_around_a_reply_is_not_shown(draft: str, expected: str) -> None:
    for name, split in SPLITS.items():
        assert finish(split(draft))[:2] == (expected, "stop"), name


OPENED_BY_A_TOKEN = {
    "ChatML": f"<|im_start|>assistant\n{BODY}<|im_end|>",
    "Llama 3": f"<|start_header_id|>assistant<|end_header_id|>\n\n{BODY}<|eot_id|>",
    "Gemma": f"<start_of_turn>model\n{BODY}<end_of_turn>",
    "Llama 2 system": f"<<SYS>>Be kind.<</SYS>> {BODY}",
}


@pytest.mark.parametrize("draft", OPENED_BY_A_TOKEN.values(), ids=OPENED_BY_A_TOKEN)
def test_a_turn_opened_by_the_template_is_not_shown(draft: str) -> None:
    assert finish([draft])[0] == BODY


@pytest.mark.parametrize("draft", OPENED_BY_A_TOKEN.values(), ids=OPENED_BY_A_TOKEN)
def test_a_turn_opened_by_the_template_is_not_shown_when_it_streams(draft: str) -> None:
    assert finish(list(draft))[0] == BODY


KEPT = [
    case("heart of characters at the end", "You matter <3", "You matter <3"),
    case("heart after a full stop", "You matter. <3", "You matter. <3"),
    case(
        "one sentence that begins with a quotation",
        '"I am nothing" is the illness speaking.',
        '"I am nothing" is the illness speaking.',
    ),
    case(
        "a friend in a list",
        "Two things may help:\n\nA friend to call\nA walk by the river\n\nYou are worth it.",
        "Two things may help:\n\nA friend to call\nA walk by the river\n\nYou are worth it.",
    ),
    case(
        "friends in a heading",
        "I am here.\n\nYour friends may care too:\n- ask Ada.\n\nRest now.",
        "I am here.\n\nYour friends may care too:\n- ask Ada.\n\nRest now.",
    ),
    case(
        "love in a list",
        "You deserve\n\nRest\nLove\nQuiet\n\nall of them.",
        "You deserve\n\nRest\nLove\nQuiet\n\nall of them.",
    ),
    case(
        "here are words for you",
        "Here are a few words for you: be slow tonight. You are loved.",
        "Here are a few words for you: be slow tonight. You are loved.",
    ),
    case(
        "this is hard",
        "This is so hard that no answer helps: you lost him. I am sorry.",
        "This is so hard that no answer helps: you lost him. I am sorry.",
    ),
    case(
        "nested list",
        "Try:\n\n- rest\n  - a nap\n  - a bath\n\nBe slow.",
        "Try:\n\n- rest\n  - a nap\n  - a bath\n\nBe slow.",
        "indentation is lost",
    ),
]


@each_split
@pytest.mark.parametrize(("draft", "expected"), KEPT)
def test_what_only_looks_like_residue_is_kept(draft: str, expected: str, split: Callable[[str], list[str]]) -> None:
    assert finish(split(draft))[0] == expected


ONLY_RESIDUE = ["", " \n\t ", "<|im_end|>", "Here's a warm reply:", "[Your Name]", "(Word count: 0)", "</s></s>"]


@each_split
@pytest.mark.parametrize("ran_out", [False, True])
@pytest.mark.parametrize("draft", ONLY_RESIDUE)
def test_nothing_but_residue_leaves_nothing(draft: str, ran_out: bool, split: Callable[[str], list[str]]) -> None:
    assert finish(split(draft), ran_out=ran_out)[0] == ""


def test_a_draft_of_thanks_and_a_sign_off_alone_shows_no_sign_off() -> None:
    assert finish(["I am glad that you wrote.\n\nWarmly,\n\n"])[0] == "I am glad that you wrote."


# Each is one sentence; none ends where a hasty splitter would cut it.
SENTENCES = (
    "I am sorry that you heard this from Dr. Osei on the phone.",
    "It took 3.5 weeks, e.g. to get one letter, and that is long.",
    "J. R. should have called you himself!",
    'You wrote that you feel "like a ghost in the flat."',
    "That is... really heavy to say.",
    "Who would not be tired?!",
    "You are allowed to cry at 3 a.m. on a Tuesday.",
    "Rest tonight. 🌱",
    "It isn’t weakness (far from it).",
    "Nobody gets to tell you “be over it.”",
    "You matter.",
)
some_sentences = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=9)
some_cuts = st.lists(st.integers(0, 2_000), max_size=12)


def _prefixes(sentences: list[str]) -> list[str]:
    return [" ".join(sentences[:count]) for count in range(len(sentences) + 1)]


@given(sentences=some_sentences, max_words=st.integers(1, 80), cuts=some_cuts)
def test_a_long_draft_ends_with_the_last_sentence_that_fits(
    sentences: list[str], max_words: int, cuts: list[int]
) -> None:
    draft = " ".join(sentences)
    fitting = [prefix for prefix in _prefixes(sentences) if count_words(prefix) <= max_words]
    expected = max(fitting[-1], sentences[0], key=len)
    text, ending, _ = finish(cut_at(draft, cuts), max_words)
    assert text == expected
    over = count_words(draft) > max_words
    assert ending == ("trimmed" if over else "stop")


@given(sentences=some_sentences, ends_at=st.integers(0, 600), cuts=some_cuts)
def test_a_model_that_ran_out_never_ends_in_mid_sentence(sentences: list[str], ends_at: int, cuts: list[int]) -> None:
    draft = " ".join(sentences)[:ends_at]
    text, ending, _ = finish(cut_at(draft, cuts), 1_000, ran_out=True)
    prefixes = _prefixes(sentences)
    # What ran out before the emoji or the second mark behind a sentence has the sentence whole.
    assert {text, f"{text} 🌱", f"{text}!"} & set(prefixes)
    # Every sentence is there of which the next has begun.
    certain = [prefix for prefix in prefixes if len(prefix) + 2 <= len(draft)]
    assert len(text) >= len(certain[-1] if certain else "") - len(" 🌱")
    assert ending == "length"


@pytest.mark.parametrize(
    "tail", ["It took 3.", "It helps, e.", "Ask J.", "At 3 a.", "That is..", "You wait…", "See Dr. "]
)
def test_a_stop_that_may_be_no_end_is_not_taken_for_one_when_the_model_ran_out(tail: str) -> None:
    for split in SPLITS.values():
        assert finish(split(f"{BODY} {tail}"), ran_out=True)[:2] == (BODY, "length")


FRAGMENTS = (
    *(f" {sentence}" for sentence in SENTENCES),
    "\n", "\n\n", "  ", " and so on", "- rest\n", "1. Call Ada.\n", "Some ideas:\n\n", "## Tonight\n", "lower case. ",
    ' "No," he said.', "“Stop it.” ", "你不孤单。", "أنت لست وحدك؟ ", "**Yes.** ", "(an aside.) ", "U.S. ", "'so' ",
    " — ", "Okay. ", "Sure! ",
)  # fmt: skip


@given(
    fragments=st.lists(st.sampled_from(FRAGMENTS), max_size=12),
    cuts=some_cuts,
    max_words=st.sampled_from([1, 3, 8, 20, 400]),
    ran_out=st.booleans(),
)
def test_however_a_draft_is_cut_into_pieces_the_reply_is_the_same(
    fragments: list[str], cuts: list[int], max_words: int, ran_out: bool
) -> None:
    draft = "".join(fragments)
    text, ending, _ = finish([draft], max_words, ran_out=ran_out)
    # Of a draft that is over the band and ran out as well, both are true.
    same = {ending, "trimmed", "length"} if ran_out and ending in ("trimmed", "length") else {ending}
    for pieces in (cut_at(draft, cuts), list(draft)):
        cut_text, cut_ending, _ = finish(pieces, max_words, ran_out=ran_out)
        assert cut_text == text
        assert cut_ending in same
    if text and ending != "stop":
        assert ends_whole(text)
    assert not text[:1].isspace()
    assert not text[-1:].isspace()


@pytest.mark.parametrize(
    ("pieces", "max_words"),
    [
        pytest.param(["You matter! ", "💛", "🌱", " Rest a little now."], 2, id="two emoji"),
        pytest.param(["You matter! ", "❤", "\ufe0f", " Rest a little now."], 2, id="variation selector"),
        pytest.param(["You matter! ", "👨", "\u200d👧", " Rest a little now."], 2, id="family"),
        pytest.param(["You matter! ", "👋", "🏽", " Rest a little now."], 2, id="skin tone"),
    ],
)
def test_emoji_after_a_sentence_stay_whole_however_they_come(pieces: list[str], max_words: int) -> None:
    whole = finish(["".join(pieces)], max_words)
    assert finish(pieces, max_words)[:2] == whole[:2]


@pytest.mark.parametrize(
    "draft",
    [
        pytest.param(f"{BODY}\n\nWarmly,\n[Your Name]", id="sign-off"),
        pytest.param(f"{BODY}<|im_end|>", id="end token"),
        pytest.param(f"{BODY} (112 words)", id="aside"),
    ],
)
def test_a_reply_that_fills_the_band_is_not_cut_for_the_residue_after_it(draft: str) -> None:
    assert finish(list(draft), count_words(BODY))[:2] == (BODY, "stop")


def test_a_first_sentence_longer_than_the_band_is_shown_whole_and_alone() -> None:
    first = "I am so very sorry that all of this came down on you in a single week."
    assert finish([f"{first} Rest."], 10)[:2] == (first, "trimmed")


@pytest.mark.parametrize("split", [SPLITS["whole"], SPLITS["words"]], ids=["whole", "words"])
@pytest.mark.parametrize("ran_out", [False, True])
def test_an_endless_sentence_is_not_shown_in_part(ran_out: bool, split: Callable[[str], list[str]]) -> None:
    text, _, _ = finish(split("and then you waited " * 60), 150, ran_out=ran_out)
    assert text == ""


@pytest.mark.xfail(strict=True, reason="all the lines before the first full stop go out with it")
def test_lines_without_full_stops_do_not_go_over_the_band() -> None:
    draft = "you waited all night\n" * 60 + "You are loved."
    assert count_words(finish([draft], 20)[0]) <= 20


def test_a_list_that_does_not_fit_takes_its_opening_line_with_it() -> None:
    draft = f"{BODY} Some things that may help you tonight:\n\n- a bath\n- a book\n- a call to Ada\n\nPick one."
    text, ending, _ = finish(list(draft), count_words(BODY) + 10)
    assert (text, ending) == (BODY, "trimmed")


def test_a_list_that_the_model_could_not_end_takes_its_opening_line_with_it() -> None:
    assert finish([f"{BODY} You could try:\n\n- a bath\n- a boo"], ran_out=True)[:2] == (BODY, "length")


def test_a_quoted_reply_that_ran_out_loses_its_opening_mark() -> None:
    assert finish([f'"{BODY} And then you'], ran_out=True)[:2] == (BODY, "length")


def test_sentences_leave_as_soon_as_their_end_is_certain() -> None:
    finisher = Finisher(ROOMY)
    assert finisher.feed("You matter.") == []
    assert finisher.feed(" Y") == ["You matter."]
    assert finisher.feed("es!\n") == [" Yes!"]


def test_the_worker_is_let_go_as_soon_as_nothing_more_can_fit() -> None:
    finisher = Finisher(5)
    assert finisher.feed("You are not alone. One two") == ["You are not alone."]
    assert finisher.is_done
    assert finisher.ending == "trimmed"
    assert finisher.feed(" three. Four.") == []
    assert finisher.end(ran_out=False) == []


@given(st.text(alphabet=st.sampled_from('aB.!?…。"“”<|>[]/s \n👩\u200d💛\ufe0f'), max_size=60), some_cuts)
@example('"', [])
@example('".', [])
@example('""', [1])
@example("[", [])
@example("<|", [1])
def test_any_noise_is_survived(noise: str, cuts: list[int]) -> None:
    text, _, _ = finish(cut_at(noise, cuts), 5)
    assert "<|a|>" not in text
    assert "</s>" not in text


def seconds_of(work: Callable[[], object]) -> float:
    """CPU time of the fastest of three runs."""
    times = []
    for _ in range(3):
        began = process_time()
        work()
        times.append(process_time() - began)
    return min(times)


def test_finishing_a_reply_costs_no_more_than_measuring_it() -> None:
    draft = EXAMPLES[0][1]
    finishing = seconds_of(lambda: [finish([draft]) for _ in range(20)])
    assert finishing < 3 * seconds_of(lambda: [measure(draft) for _ in range(20)])


def growth(draft: Callable[[int], str], size: int) -> float:
    """How much longer eight times as much takes, in one-character pieces: 8 is linear, 64 is quadratic."""

    def feed_all(text: str) -> None:
        finisher = Finisher(10**6)
        for character in text:
            finisher.feed(character)
        finisher.end(ran_out=False)

    small, large = draft(size), draft(8 * size)
    return seconds_of(lambda: feed_all(large)) / seconds_of(lambda: feed_all(small))


@pytest.mark.parametrize(
    ("draft", "size"),
    [
        pytest.param(lambda n: ("You are not alone in this. " * n)[:n], 2_500, id="sentences"),
        pytest.param(lambda n: ("- a walk.\n" * n)[:n], 2_500, id="list items"),
        pytest.param(lambda n: ("and then " * n)[:n], 500, id="no sentence end"),
        pytest.param(lambda n: "Rest.\n" + "\n" * n, 300, id="empty lines"),
    ],
)
def test_time_grows_with_the_draft_and_no_faster(draft: Callable[[int], str], size: int) -> None:
    assert growth(draft, size) < 24


def test_a_long_reply_in_small_pieces_is_the_same_as_in_one() -> None:
    draws = random.Random(7)
    draft = " ".join(draws.choice(SENTENCES) for _ in range(500))
    assert len(draft) > 15_000
    assert finish(list(draft), 10**6)[0] == draft


@pytest.mark.xfail(strict=True, reason="over the band and out of tokens: which is said depends on the pieces")
def test_how_a_reply_ended_does_not_depend_on_the_pieces() -> None:
    draft = "你不孤单。 It isn’t weakness (far from it)."
    assert finish([draft], 1, ran_out=True)[:2] == finish(list(draft), 1, ran_out=True)[:2]
