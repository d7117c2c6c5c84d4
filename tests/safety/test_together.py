"""Ideas that stand together: words, phrases, stems, what must not be there, and files that are wrong."""

import pytest

from app.safety.together import Together, together

IDEAS = {"i": ["i", "my"], "pills": ["pills", "sleeping tablets"], "many": ["all", "hoard*"], "doctor": ["doctor"]}
FOUND = Together(IDEAS, {"imminent.suicide.self": ["i + pills + many - doctor"], "soft.despair.self": ["pills"]})


def groups(plain: str) -> list[str]:
    return list(FOUND.groups_in(plain))


@pytest.mark.parametrize(
    ("plain", "found"),
    [
        ("i took all the pills", ["imminent.suicide.self", "soft.despair.self"]),
        ("all the pills are what i took", ["imminent.suicide.self", "soft.despair.self"]),
        ("my sleeping tablets , i hoarded them", ["imminent.suicide.self", "soft.despair.self"]),
        ("sleeping , tablets and i hoard", ["imminent.suicide.self", "soft.despair.self"]),
        ("the doctor took all my pills", ["soft.despair.self"]),
        ("she took all the pills", ["soft.despair.self"]),
        ("i sleeping all tablets", []),
        ("i hoar all", []),
    ],
)
def test_a_combination_is_found_in_any_order_and_not_without_an_idea(plain: str, found: list[str]) -> None:
    assert groups(plain) == found


@pytest.mark.parametrize(
    ("ideas", "line", "error"),
    [
        ({"i": ["i"]}, "i + nobody", KeyError),
        ({"i": ["i"]}, "i - nobody", KeyError),
        ({"i": ["abc*"]}, "i", ValueError),
    ],
)
def test_what_is_wrong_is_refused(ideas: dict[str, list[str]], line: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        Together(ideas, {"g": [line]})


def test_every_idea_of_the_files_is_used() -> None:
    found = together("said")
    used = 0
    for combination in found.combinations:
        used |= combination.needs | combination.unless
    assert [name for name, bit in found.bits.items() if not bit & used] == []
