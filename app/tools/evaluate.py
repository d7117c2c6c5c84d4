"""Run posts through the embedded model and print how its replies stand: `make eval-embedded`.

Usage: python -m app.tools.evaluate [POSTS.jsonl] [--first N] [--replies OUT.jsonl]

POSTS has one object a line with `post` and an id (`post_num` or `id`); without it, the study's posts
are taken from beside the checkout, and where they are absent the command says so and ends well.
"""

import argparse
import asyncio
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter

from app.errors import WarmlineError
from app.main import pipeline_of
from app.reply.request import Reply, ReplyRequest
from app.reply.sentences import ends_whole
from app.settings import Settings
from app.style.text import Text
from app.style.tokens import count_words

STUDY_POSTS = Path(__file__).parents[3] / "shared" / "data" / "lee2024" / "posts.jsonl"
_RESIDUE = re.compile(
    r"<\||\|>|</?s>|\[/?INST|<<SYS|\[(?:your|name|insert)[^\]]*\]|\bas an ai\b|^\W*here(?:'s| is)\b.{0,60}:",
    re.IGNORECASE,
)
_AT_ONCE = 2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("posts", type=Path, nargs="?", default=STUDY_POSTS)
    parser.add_argument("--first", type=int, default=None, help="only the first N posts")
    parser.add_argument("--replies", type=Path, help="write the replies here, one object a line")
    options = parser.parse_args()
    if not options.posts.exists():
        print(f"skipped: there is no {options.posts.name} to answer")
        return
    posts = [json.loads(line) for line in options.posts.read_text(encoding="utf-8").splitlines() if line.strip()]
    posts = posts[: options.first]
    began = perf_counter()
    replies = asyncio.run(_answer_all([post["post"] for post in posts]))
    names = [str(post.get("post_num", post.get("id", number))) for number, post in enumerate(posts)]
    if options.replies:
        pairs = zip(names, replies, strict=True)
        lines = (json.dumps({"source": "smollm2", "post_id": name, "reply": reply}) for name, reply in pairs)
        options.replies.write_text("\n".join(lines) + "\n", encoding="utf-8")
    for line in table(names, replies):
        print(line)
    print(f"{len(posts)} replies in {perf_counter() - began:.0f} s, {_AT_ONCE} at once")


async def _answer_all(posts: list[str]) -> list[str]:
    """A reply each, or "" where none came."""
    settings = Settings.model_validate(
        {
            "workers": [{"name": "local", "embedded": True}],
            "models": {"smollm2": {"workers": ["local"]}},
            "default_model": "smollm2",
            "deadlines": {"first_token_s": 120, "between_tokens_s": 60, "attempt_s": 180, "total_s": 240},
        }
    )
    turn = asyncio.Semaphore(_AT_ONCE)
    async with pipeline_of(settings) as pipeline:

        async def answer(number: int, post: str) -> str:
            async with turn:
                try:
                    async for part in pipeline.run(ReplyRequest(post=post, model="smollm2", seed=number)):
                        if isinstance(part, Reply):
                            return part.reply if part.outcome == "reply" else ""
                except WarmlineError as error:
                    print(f"post {number}: {error.slug}")
                return ""

        return await asyncio.gather(*(answer(number, post) for number, post in enumerate(posts)))


def speaks_to_the_poster(reply: str) -> bool:
    """Whether a reply is addressed to the poster: at least three "you", and more of them than of "I"."""
    sums = Text.of(reply).sums
    return sums["pronoun_you"] >= 3 and sums["pronoun_you"] > sums["pronoun_i"]


_CHECKS: dict[str, Callable[[str], bool]] = {
    "empty": lambda reply: not reply.strip(),
    "template tokens or placeholders": lambda reply: bool(_RESIDUE.search(reply)),
    "cut in mid-sentence": lambda reply: not ends_whole(reply),
    "above 150 words": lambda reply: count_words(reply) > 150,
    "below 100 words": lambda reply: count_words(reply) < 100,
    "below 60 words": lambda reply: count_words(reply) < 60,
    "not speaking to the poster": lambda reply: not speaks_to_the_poster(reply),
}


def table(names: list[str], replies: list[str]) -> Iterator[str]:
    """The table, line by line: what was looked for, how many replies have it, and which."""
    words = [count_words(reply) for reply in replies]
    yield f"{'check':34}{'replies':>9}  which posts"
    for check, has in _CHECKS.items():
        which = [name for name, reply in zip(names, replies, strict=True) if has(reply)]
        yield f"{check:34}{len(which):>4} of {len(replies):<3} {' '.join(which)}".rstrip()
    yield f"{'words, mean':34}{sum(words) / max(1, len(words)):>7.1f}"


if __name__ == "__main__":
    main()
