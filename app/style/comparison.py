"""A reply beside the post that it answers."""

from app.style.text import Text

# The classes of language style matching (Ireland and Pennebaker 2010).
STYLE_CLASSES = (
    "personal_pronouns", "pronouns_impersonal", "articles", "conjunctions", "prepositions", "auxiliaries", "adverbs",
    "negations", "quantifiers",
)  # fmt: skip


def post_overlap(text: Text) -> float | None:
    """The share of the reply's different content words that the post has too."""
    if text.answers is None or not text.content_words or not text.answers.words:
        return None
    return len(text.shared_words) / len(text.content_words)


def lsm(text: Text) -> float | None:
    """The mean over nine classes of 1 - |a - b| / (a + b + 0.0001), each in percent of the words."""
    post = text.answers
    if post is None or not post.is_english:
        return None
    total = 0.0
    for name in STYLE_CLASSES:
        ours = 100 * text.sums[name] / len(text.words)
        theirs = 100 * post.sums[name] / len(post.words)
        total += 1 - abs(ours - theirs) / (ours + theirs + 0.0001)
    return total / len(STYLE_CLASSES)
