"""What people write, as the rules read it."""

import pytest

from app.safety.plain_text import fold


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
