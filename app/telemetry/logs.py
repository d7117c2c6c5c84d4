"""JSON lines on standard error, made so that no text of anybody can be in them.

A line has what our own code put there on purpose. Of an exception it has the types and the places
in code, never the message: messages quote what they choke on.
"""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from types import TracebackType

import msgspec

_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}
# Loggers of our own and of the server, whose messages are constants and addresses.
_SPOKEN = ("warmline", "uvicorn")


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        if record.name.startswith(_SPOKEN) and not record.exc_info:
            line["event"] = record.getMessage()
        else:
            # Somebody else's message may quote a request.
            line["event"] = "message withheld" if not record.exc_info else "exception"
        line.update({key: value for key, value in vars(record).items() if key not in _OWN})
        if record.exc_info and record.exc_info[1] is not None:
            line["exception"] = exception_types(record.exc_info[1])
            line["at"] = places(record.exc_info[2])
        return _encoded(line)


def _encoded(line: dict[str, object]) -> str:
    try:
        return msgspec.json.format(msgspec.json.encode(line, enc_hook=str), indent=0).decode()
    except UnicodeEncodeError:  # half of a surrogate pair, of which only `json` makes something
        return json.dumps(line, default=str)


def exception_types(error: BaseException) -> list[str]:
    """The class names of an exception and of what caused it."""
    names: list[str] = []
    seen: BaseException | None = error
    while seen is not None and len(names) < 10:
        names.append(type(seen).__qualname__)
        seen = seen.__cause__ or seen.__context__
    return names


def places(trace: TracebackType | None) -> list[str]:
    """Where in the code it happened, innermost last, without the source lines."""
    frames = traceback.extract_tb(trace)
    return [f"{frame.filename.rsplit('/', 2)[-1]}:{frame.lineno} {frame.name}" for frame in frames[-12:]]


def set_level(level: str) -> None:
    """Have our own loggers and the server's say no less than this."""
    for name in ("warmline", "uvicorn"):
        logging.getLogger(name).setLevel(level.upper())


def configure_logging(level: str) -> None:
    """Send every logger's lines to standard error as JSON; uvicorn's access log, which has paths, is off."""
    # What no line of ours says need not be found out for each of them.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers = []
        logger.propagate = name != "uvicorn.access"
    set_level(level)
    logging.getLogger("uvicorn.access").disabled = True
