"""What organisations try and are kept out of stands in the log: the act, and whose node it was.

Neither who it was about nor what was said stands there.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from node.base.errors import NotAllowed, NotFound
from node.topics.permissions.clinics import CLINIC

log = structlog.get_logger()


def note_kept_out(act: str, kind: str, host: str) -> None:
    """Log that an organisation of `host` was kept out of an act; of anybody else, nothing."""
    if kind == CLINIC:
        log.info("organisation_kept_out", act=act, host=host)


@contextmanager
def logged_if_kept_out(act: str, kind: str, host: str) -> Iterator[None]:
    """Log a refusal that rises from within, if it is an organisation that is refused."""
    try:
        yield
    except (NotAllowed, NotFound):
        note_kept_out(act, kind, host)
        raise
