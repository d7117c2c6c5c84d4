"""Which replies belong together: those to one post, however it is named, and those that say the same."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from hashlib import sha256

from app.tools.replies import ReplyLine

_ID, _TEXT, _REPLY = "id", "text", "reply"
# What ties replies together: of what kind, and an id or the digest of a text.
_Tie = tuple[str, str]
_WORD = re.compile(r"\w+")


def normalised(text: str) -> str:
    """A text as it reads, whatever its case, blanks and kinds of letters."""
    return " ".join(unicodedata.normalize("NFKC", text).split()).casefold()


def spoken(text: str) -> str:
    """The words of a text alone."""
    return " ".join(_WORD.findall(normalised(text)))


def digest_of(text: str) -> str:
    """SHA-256 in hexadecimal."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def posts_of(lines: Sequence[ReplyLine]) -> list[str | None]:
    """A name for the post of each reply, None where nothing names it.

    Replies answer one post where its id or its text is the same; ids that share a text are one post. The name is an
    id, or made from the text; the order of the replies changes nothing.
    """
    ties = [_post_ties(line) for line in lines]
    return [None if name is None else name[1] for name in _least_of_each(ties)]


def groups_of(lines: Sequence[ReplyLine]) -> list[str]:
    """A name for what each reply must not be parted from where some are fitted on and others tried.

    These are replies to one post, and replies of the same words; who shares nothing with anybody stands alone.
    """
    ties = [[*_post_ties(line), (_REPLY, digest_of(spoken(line.reply)))] for line in lines]
    return [str(name) for name in _least_of_each(ties)]


def _post_ties(line: ReplyLine) -> list[_Tie]:
    ties = [(_ID, line.post_id)] if line.post_id and line.post_id.strip() else []
    text = normalised(line.post or "")
    return [*ties, (_TEXT, f"text {digest_of(text)}")] if text else ties


def _least_of_each(ties: Iterable[Sequence[_Tie]]) -> list[_Tie | None]:
    """The first of all ties, in their own order, that each entry is connected with."""
    leads: dict[_Tie, _Tie] = {}

    def find(tie: _Tie) -> _Tie:
        while leads.setdefault(tie, tie) != tie:
            leads[tie] = tie = leads[leads[tie]]
        return tie

    entries = list(ties)
    for entry in entries:
        for tie in entry[1:]:
            one, other = sorted((find(entry[0]), find(tie)))
            leads[other] = one
    return [find(entry[0]) if entry else None for entry in entries]
