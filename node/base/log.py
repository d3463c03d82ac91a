"""Logging: facts in the past tense, one line each, and never a secret or what people wrote.

The redacting step is the net, not the plan: events carry ids, hosts, counts and reasons only.
"""

import atexit
import logging
import re
import sys
import traceback
from functools import cache
from typing import Any, TextIO, cast

import structlog
from structlog.typing import EventDict, Processor

from node.base.config import LogSettings
from node.base.line_writer import LineWriter

SECRET_NAMES = frozenset(
    """authorization password passphrase token secret cookie csrf code signature private_key key
    email address body content text title query form headers""".split()
)
SECRET_TEXT = re.compile(
    r"(?i)bearer\s+\S+|basic\s+\S{8,}|-----BEGIN[^-]*PRIVATE KEY-----|keyid=\S+"
    r"|[\w.+-]+@[\w-]+\.[\w.-]+\s|hedgerow_session=\S+"
)
REDACTED = "[redacted]"
TEXT_CHARACTERS_MAX = 500
FRAMES_MAX = 12


def set_up_logging(settings: LogSettings, stream: TextIO | None = None) -> None:
    """Log to `stream` (standard error) from now on, as the settings say. Repeating it is fine.

    Standard error is written to from a thread of its own: no reader of it can stop us (T151).
    """
    level = logging.getLevelNamesMapping()[settings.level.upper()]
    out = stream or standard_error()
    render: Processor = (
        structlog.processors.JSONRenderer()
        if settings.format == "json"
        else structlog.dev.ConsoleRenderer(colors=out.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            bare_traceback,
            redact,
            render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(cast(TextIO, out)),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers[:] = [LibraryLog()]
    root.setLevel(logging.WARNING)


@cache
def standard_error() -> LineWriter:
    """The one way to standard error of this process; what waits is written before it ends."""
    try:
        descriptor = sys.stderr.fileno() if sys.stderr is not None else None
    except (OSError, ValueError):
        descriptor = None
    made = LineWriter(descriptor, on_lost=say_lost)
    atexit.register(made.drain)
    return made


def say_lost(lines: int) -> None:
    """Some lines could not be written, and one can again."""
    structlog.get_logger().warning("log_lines_lost", lines=lines)


def bare_traceback(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Where it happened and what kind of error it was; its message may hold what people wrote."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)[-FRAMES_MAX:]
        event["error"] = type(error).__name__
        event["frames"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return event


def redact(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Take out what must not be logged, by its name or its look."""
    for name, value in event.items():
        if name in SECRET_NAMES:
            event[name] = REDACTED
        elif isinstance(value, str) and name != "timestamp":
            event[name] = SECRET_TEXT.sub(REDACTED, value[:TEXT_CHARACTERS_MAX])
    return event


class LibraryLog(logging.Handler):
    """What libraries log, as one of our lines: who said it, not what, which may quote a request."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        structlog.get_logger().warning(
            "library_complained", library=record.name, level_there=record.levelname, exc_info=error
        )
