"""A fresh API key and the line of config that lets it in: `python -m app.tools.new_key NAME`."""

import argparse

from app.access.keys import new_key
from app.settings import KeyConfig


def main(arguments: list[str] | None = None) -> None:
    """Print the key, which nobody can find again, and its line of config, which tells nobody the key."""
    parser = argparse.ArgumentParser(prog="python -m app.tools.new_key", description=__doc__)
    parser.add_argument("name", help="small letters, digits, '.', '_', '-': it appears in logs and metrics")
    for limit in ("requests-per-minute", "tokens-per-minute", "max-in-flight"):
        parser.add_argument(f"--{limit}", type=int, metavar="N", help="without it, there is no such limit")
    options = parser.parse_args(arguments)
    key, digest = new_key()
    limits = {name: value for name, value in vars(options).items() if name != "name" and value is not None}
    try:
        KeyConfig.model_validate({"name": options.name, "sha256": digest, **limits})
    except ValueError:
        parser.error("a name has small letters, digits, '.', '_', '-' (63 at most); a limit is a number above 0")
    more = "".join(f", {name}: {value}" for name, value in limits.items())
    print(f"The key, for the app; it is shown this once:\n{key}\n")
    print(f'The line for `keys:` in the config:\n  - {{name: {options.name}, sha256: "{digest}"{more}}}')


if __name__ == "__main__":
    main()
