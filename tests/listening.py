"""Everything that any logger says, as the service would write it, in memory."""

import io
import logging

from app.telemetry.logs import JsonLines


def everything_logged() -> io.StringIO:
    """Listen from now on, to every logger and level."""
    sink = io.StringIO()
    handler = logging.StreamHandler(sink)
    handler.setFormatter(JsonLines())
    logging.getLogger().handlers = [handler]
    logging.getLogger().setLevel(logging.DEBUG)
    for name in ("warmline", "uvicorn", "uvicorn.error", "aiohttp"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    return sink
