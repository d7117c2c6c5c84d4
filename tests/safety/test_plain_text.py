"""What people write, as the rules read it."""

import itertools

import pytest

from app.safety.plain_text import OVERLAP, WINDOW, fold, sentences_of


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("I'm GONNA go", "i am going to go"), ("i’m", "i am"), ("dont", "do not"), ("don't", "do not"),
        ("don´t".replace("´", "’"), "do not"), ("can‘t", "can not"), ("idk tbh", "i do not know"),
        ("su1c1de", "suicide"), ("k!ll", "kill"), ("d13", "die"), ("k*ll", "kill"), ("s*icide", "suicide"),
        ("su!cide", "suicide"), ("sui***", "suicide"), ("k1ll1ng", "killing"), ("s3lfh@rm", "self harm"),
        ("d i e", "die"), ("k.m.s", "kill myself"), ("i want to d-i-e", "i want to die"),
        ("s u i c i d e", "suicide"), ("i w a n t t o d i e", "i want to die"), ("a b c", "a b c"),
        ("diiiie", "die"), ("killlll", "kill"), ("sooo sad", "so sad"),
        ("ｋｉｌｌ", "kill"), ("𝐝𝐢𝐞", "die"), ("ѕuісіdе", "suicide"), ("dιe", "die"), ("хочу умереть", "хочу умереть"),
        ("z\u200be\u2060r\u00ado", "zero"), ("café naïve", "cafe naive"), ("e\u0301té", "ete"), ("Straße", "strasse"),
        ("so  \t well,then", "so well , then"), ("**bold** #tag", "bold tag"), ("50mg at 10pm", "50 mg at 10 pm"),
        ("🔫 me 😂", "gun me haha"), ("lol", "haha"), ("route 66", "route 66"), ("", ""),
    ],
)  # fmt: skip
def test_many_spellings_are_read_as_one(written: str, read: str) -> None:
    assert fold(written) == read


@pytest.mark.parametrize(
    ("post", "sentences"),
    [
        ("One. Two!  Three", ["One.", "Two!", "Three"]), ("Why?! No...", ["Why?!", "No..."]),
        ("first\n\nsecond\nstill second", ["first", "second\nstill second"]), ("k.m.s. now", ["k.m.s.", "now"]),
        ("死にたい。もう", ["死にたい。", "もう"]), ("3.5 miles", ["3.5 miles"]), (" . . ", [". ."]), ("  ", []),
    ],
)  # fmt: skip
def test_a_post_is_cut_into_its_sentences(post: str, sentences: list[str]) -> None:
    assert [post[start:end].strip() for start, end, _ in sentences_of(post)] == sentences


def test_a_post_without_an_end_is_cut_into_windows_that_overlap() -> None:
    post = "word " * 400
    sentences = sentences_of(post)

    assert all(end - start <= WINDOW for start, end, _ in sentences)
    assert all(after.start < before.end - OVERLAP / 2 for before, after in itertools.pairwise(sentences))
    assert (sentences[0].start, sentences[-1].end) == (0, len(post.rstrip()))


def test_a_word_without_an_end_is_cut_too() -> None:
    assert all(end - start <= WINDOW for start, end, _ in sentences_of("x" * 5_000))


def test_the_sign_that_parts_sentences_may_be_in_the_post() -> None:
    assert [plain for _, _, plain in sentences_of("a\x1eb. c")] == [" a b", " c"]
