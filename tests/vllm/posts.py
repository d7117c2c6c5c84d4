"""Posts for these tests, written for them; no two of a run are alike."""

_BEGINNINGS = (
    "My best friend moved abroad and the flat is very quiet.",
    "I was passed over at work again and nobody told me why.",
    "My grandfather is ill and I live far away from him.",
    "I started at a new school and I eat my lunch alone.",
    "We argue about money every evening and I dread coming home.",
    "My cat ran off and I keep leaving the window open for her.",
    "I quit the team after my injury and I miss all of them.",
)
_ENDINGS = (
    "I do not know whom to tell.",
    "Most nights I lie awake until four.",
    "Everybody says it will pass, and it does not.",
    "I feel small next to the others.",
    "I keep smiling so that nobody asks.",
)


def post(number: int) -> str:
    """The post of a number."""
    beginning, ending = _BEGINNINGS[number % len(_BEGINNINGS)], _ENDINGS[number % len(_ENDINGS)]
    return f"{beginning} That was {number + 2} weeks ago. {ending}"
