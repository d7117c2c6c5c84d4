"""The word lists beside this file, read once: one idea a line, `#` for comments."""

from functools import cache
from importlib.resources import files


@cache
def word_list(name: str) -> frozenset[str]:
    """The words of `lists/NAME.txt`, lower-cased, with straight apostrophes."""
    lines = files("app.style").joinpath("lists", f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines for word in line.partition("#")[0].split())
