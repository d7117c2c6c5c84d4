"""Which disorders are somebody's own, and which only wished for or asked about."""

import pytest

from app.safety.diagnoses import own_diagnoses


@pytest.mark.parametrize(
    ("post", "own"),
    [
        ("i have ptsd since the crash", {"ptsd"}), ("my anxiety is back and my ocd too", {"anxiety", "ocd"}),
        ("i was diagnosed with bipolar disorder", {"bipolar"}), ("i'm autistic", {"autistic"}),
        ("my brother has schizophrenia", {"schizophrenia"}),
        ("depression", set()), ("i have panic attacks", set()), ("is this depression", set()),
        ("tell me that i have ptsd", set()),
        ("say my boss is a narcissist", set()), ("i wonder whether i have adhd", set()), ("", set()),
    ],
)  # fmt: skip
def test_a_disorder_is_somebodys_own_where_the_post_says_so(post: str, own: set[str]) -> None:
    assert own_diagnoses(post.split()) == own
