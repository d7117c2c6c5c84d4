"""The format of phrases, and the automaton that finds them: right, forgetful enough, and the same as a naive search."""

import random
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.style import cues as cues_module
from app.style.cues import CUES, Cues
from app.style.phrases import CLASSES, FILES, PHRASES, Phrases, phrases_of
from app.style.tokens import find_tokens
from app.style.word_lists import Lexicon, lines_of, word_list

SMALL_CLASSES = {"booster": ["so", "very"], "lead": ["but", "maybe"], "negation": ["not"], "feeling": ["sad", "angr*"]}


def small(*lines: str) -> Phrases:
    return Phrases({f"g{place}": [line] for place, line in enumerate(lines)}, SMALL_CLASSES)


def found(phrases: Phrases, text: str, cues: Cues | None = None) -> list[list[str]]:
    """Per sentence that holds any, the groups found in it."""
    cues = cues or Cues(phrases, SMALL_CLASSES)
    kinds = [cues.kind_of(find_tokens(chunk)) for chunk in text.lower().split()]
    return [phrases.names_in(sentence.groups) for sentence in cues.read(kinds) if sentence.groups]


@pytest.mark.parametrize(
    ("phrase", "text", "is_found"),
    [
        ("you rest", "when you rest", True),
        ("you rest", "you may rest", False),
        ("you rest", "rest you", False),
        ("rest*", "resting", True),
        ("rest*", "arrest", False),
        ("you|they rest|sleep", "they sleep", True),
        ("you|they rest|sleep", "they eat", False),
        ("you are|- tired", "you tired", True),
        ("you are|- tired", "you are tired", True),
        ("be <feeling>", "be angry", True),
        ("be <feeling>", "be sad", True),
        ("be <feeling>", "be sadder", False),
        ("a ~ b", "a b", True),
        ("a ~ b", "a x b", True),
        ("a ~ b", "a x y z b", True),
        ("a ~ b", "a w x y z b", False),
        ("a ~ b ~ c", "a x b x y c", True),
        ("a ~ b", "a not b", False),
        ("a ~ b", "a x isn't b", False),
        ("a not ~ b", "a not x b", True),
        ("a ~ not b", "a x not b", True),
        ("a|not ~ b", "a not b", True),
        ("^ rest", "rest now", True),
        ("^ rest", "1️⃣ rest", True),
        ("^ rest", "1. rest", True),
        ("^ rest", "1) rest", True),
        ("^ rest", "2 - rest", True),
        ("^ rest", "- rest", True),
        ("^ rest", "• rest", True),
        ("^ rest", "→ rest", True),
        ("^ rest", "**rest**", True),
        ("^ rest", "_rest_", True),
        ("^ rest", "step one: rest", True),
        ("^ rest", '"rest"', True),
        ("^ rest", "> rest", True),
        ("^ rest", "you rest", False),
        ("^ rest", "you slept, rest now", True),
        ("^ rest", "but maybe rest", True),
        ("^ rest", "you maybe rest", False),
        ("^ rest", "you slept. rest", True),
        ("you rest", "you so very rest", True),
        ("^ rest", "so rest", True),
        ("it is good", "it's good", True),
        ("do not go", "don't go", True),
        ("can not", "cannot", True),
        ("you rest", "you. rest", False),
        ("you rest", "you, rest", False),
        ("you , rest", "you, rest", False),
    ],
)
def test_a_phrase_is_found(phrase: str, text: str, is_found: bool) -> None:
    assert found(small(phrase), text) == ([["g0"]] if is_found else [])


def test_each_sentence_has_its_own() -> None:
    assert found(small("a", "b"), "a x. b! a b") == [["g0"], ["g1"], ["g0", "g1"]]


def test_questions_and_emoji_are_cues() -> None:
    phrases = small("a")

    assert found(phrases, "x? 💛.") == [["questioning.mark"], ["emotional_expression.emoji"]]


@pytest.mark.parametrize("text", ["✅ rest", "✅rest", "that was hard 💛 rest", "1. 💤 rest"])
def test_a_clause_starts_behind_an_emoji(text: str) -> None:
    assert "g0" in found(small("^ rest"), text)[-1]


def test_a_class_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(KeyError, match="missing"):
        small("be <missing>")


def matches(symbols: Sequence[str], words: Sequence[str]) -> bool:
    """Whether the words begin with the phrase: by trying everything."""
    if not symbols:
        return True
    first, rest = symbols[0], symbols[1:]
    if first == "~":
        skips = (skipped for skipped in range(4) if skipped <= len(words) and "not" not in words[:skipped])
        return any(matches(rest, words[skipped:]) for skipped in skips)
    return bool(words) and words[0] in first.split("|") and matches(rest, words[1:])


some_phrases = st.lists(
    st.lists(st.sampled_from(["a", "b", "c", "a|b", "not", "~"]), min_size=1, max_size=4)
    .filter(lambda symbols: symbols[0] != "~" != symbols[-1])
    .map(" ".join)
    .filter(lambda phrase: "~ ~" not in phrase),
    min_size=1,
    max_size=5,
    unique=True,
)


@given(some_phrases, st.lists(st.sampled_from(["a", "b", "c", "x", "not"]), max_size=12))
def test_the_automaton_finds_what_a_naive_search_finds(lines: list[str], words: list[str]) -> None:
    phrases = small(*lines)
    naive = [
        name
        for name, line in zip(phrases.names, lines, strict=False)
        if any(matches(line.split(), words[start:]) for start in range(len(words)))
    ]

    assert found(phrases, " ".join(words)) == ([naive] if naive else [])


@given(st.lists(st.lists(st.sampled_from(["a", "b", "c", "x", "so", "b,", "a."]), max_size=8), max_size=6))
def test_what_was_read_before_does_not_matter(texts: list[list[str]]) -> None:
    phrases = small("a b", "^ b", "a ~ c")
    used = Cues(phrases, SMALL_CLASSES)

    for words in texts:
        text = " ".join(words)
        assert found(phrases, text, used) == found(phrases, text)


def test_what_is_remembered_stays_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cues_module, "_STATES", 20)
    monkeypatch.setattr(cues_module, "_KINDS", 10)
    monkeypatch.setattr(cues_module, "_WAYS", 50)
    phrases = small("a ~ b ~ c", "b ~ a")
    cues = Cues(phrases, SMALL_CLASSES)
    draws = random.Random(2)
    for _ in range(300):
        text = " ".join(draws.choice(["a", "b", "c", "x", "a,", "b,c", "c.", "b!"]) for _ in range(20))
        assert found(phrases, text, cues) == found(phrases, text)
        assert len(cues._states) <= 20
        assert sum(len(state.ways) for state in cues._states.values()) <= 50


def test_words_are_remembered_up_to_a_limit() -> None:
    lexicon = Lexicon({"a": ["rest*"]})
    lexicon.MOST = 10
    for number in range(100):
        assert lexicon[f"rest{number}"] == ("a",)
        assert lexicon["x" * 100 + str(number)] == ()

        assert len(lexicon) <= 10

    assert "rest99" in lexicon
    assert not any(word.startswith("x") for word in lexicon)


def test_a_stem_of_two_letters_is_refused() -> None:
    with pytest.raises(ValueError, match=r"re\*"):
        Lexicon({"a": ["re*"]})


LISTS = sorted({
    "adverbs", "articles", "auxiliaries", "casual_markers", "conjunctions", "emotion_anger", "emotion_anxiety",
    "emotion_negative", "emotion_positive", "emotion_sadness", "function_words", "modals", "negations", "prepositions",
    "pronoun_i", "pronoun_shehe", "pronoun_they", "pronoun_we", "pronoun_who", "pronoun_you", "pronouns_impersonal",
    "quantifiers", "referral",
})  # fmt: skip


def assert_plain(entries: Iterable[str]) -> None:
    entries = list(entries)
    assert [entry for entry in entries if entry != entry.lower() or "’" in entry] == []
    assert sorted({entry for entry in entries if entries.count(entry) > 1}) == []


@pytest.mark.parametrize("name", LISTS)
def test_a_word_list_is_plain_and_says_each_word_once(name: str) -> None:
    assert word_list(name)
    assert_plain(word_list(name))
    assert all(entry.count("*") == entry.endswith("*") for entry in word_list(name))


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_phrases_is_plain_and_says_each_phrase_once(name: str) -> None:
    assert phrases_of(name)
    assert all(lines for lines in phrases_of(name).values())
    assert_plain(line for line in lines_of("phrases", name) if not line.startswith("["))


def test_every_class_is_used() -> None:
    used = {symbol for name in FILES for line in lines_of("phrases", name) for symbol in line.split()}
    named = {choice.strip("<>") for symbol in used for choice in symbol.split("|") if choice.startswith("<")}

    assert named | {"booster", "lead", "negation"} == set(CLASSES)


def ways_of(phrase: str) -> Iterator[str]:
    """Every text that a phrase describes, gaps closed, with the first word of a class for all of them."""
    symbols = [symbol.split("|") for symbol in phrase.split() if symbol not in ("~", "^")]
    for way in product(*symbols):
        words = [CLASSES[choice[1:-1]][0] if choice.startswith("<") else choice for choice in way if choice != "-"]
        yield " ".join(word.rstrip("*") for word in words)


@pytest.mark.parametrize("name", FILES)
def test_every_way_of_every_phrase_is_found_in_its_own_words(name: str) -> None:
    lost = [
        (f"{name}.{group}", way)
        for group, lines in phrases_of(name).items()
        for line in lines
        for way in ways_of(line)
        if f"{name}.{group}" not in PHRASES.names_in(groups_in(way))
    ]

    assert lost == []


def groups_in(text: str) -> int:
    """The groups of the first sentence of a lower-case text."""
    return CUES.read([CUES.kind_of(find_tokens(chunk)) for chunk in text.split()])[0].groups


def test_no_choice_of_a_phrase_is_said_twice() -> None:
    choices = [
        (line, symbol.split("|")) for name in FILES for line in lines_of("phrases", name) for symbol in line.split()
    ]

    assert [(line, words) for line, words in choices if len(set(words)) < len(words)] == []


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_a_class_says_each_word_once(name: str) -> None:
    assert_plain(CLASSES[name])


@pytest.mark.parametrize("name", sorted(set(CLASSES) - {"booster", "lead", "negation"}))
def test_the_search_sees_every_word_of_a_class(name: str) -> None:
    seen = {word: CUES.kind_of(find_tokens(word.rstrip("*"))).sights for word in CLASSES[name]}

    assert [
        word
        for word, sights in seen.items()
        if [sight.accepts & PHRASES.accepts[f"<{name}>"] > 0 for sight in sights] != [True]
    ] == []


@pytest.mark.parametrize("name", ["lead", "negation"])
def test_the_search_does_not_leave_out_what_leads_or_negates(name: str) -> None:
    assert set(CLASSES[name]) & set(CLASSES["booster"]) == set()


def test_texts_can_be_read_in_threads_while_all_is_being_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cues_module, "_STATES", 3)
    monkeypatch.setattr(cues_module, "_KINDS", 3)
    monkeypatch.setattr(cues_module, "_WAYS", 5)
    phrases = small("a ~ b", "b a", "^ a")
    cues = Cues(phrases, SMALL_CLASSES)
    texts = [" ".join(random.Random(seed).choices(["a", "b", "x", "a,", "b."], k=40)) for seed in range(100)]
    alone = [found(phrases, text) for text in texts]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda text: found(phrases, text, cues), texts * 5)) == alone * 5
