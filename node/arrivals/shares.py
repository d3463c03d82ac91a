"""How much may wait to be applied, and of whom: no origin uses up what is everybody's.

What is over somebody's share is refused to that origin alone, which is asked to come back.
"""

from federation.domains import domain_of
from federation.origin import authority_of
from node.arrivals.host_rates import is_related
from node.base.errors import Busy
from node.db.tx import Tx

STRANGERS_SHARE = 10
SHARE = 4
"""A tenth of all that may wait for an origin that nobody here has to do with, else a quarter."""

RESERVED = 4
"""The last quarter of all that may wait is kept free for those that somebody here knows."""

FULL_RETRY_AFTER_S = 30


def check_share(tx: Tx, origin: str, waiting: int, most: int) -> None:
    """Raise Busy if nothing more of an origin may wait, which shares with all of its domain.

    `waiting` messages wait in all, of at most `most`. Small limits leave everybody one at least.
    """
    theirs = waiting_of(tx, domain_of(authority_of(origin)), max(1, most // SHARE))
    is_modest = theirs < max(1, most // STRANGERS_SHARE) and waiting < most - most // RESERVED
    if is_modest:
        return
    is_over = theirs >= max(1, most // SHARE) or waiting >= most
    if is_over or not is_related(tx, authority_of(origin)):
        raise Busy("Too much is waiting here. Come back later.", FULL_RETRY_AFTER_S)


def waiting_of(tx: Tx, domain: str, most: int) -> int:
    """How many messages of a registered domain wait, counted up to `most`."""
    row = tx.one(
        """
        select count(*) as total from (
            select 1 from arrival where state = 'waiting' and domain = :domain
            limit :most) as several
        """,
        domain=domain,
        most=most,
    )
    return int(row["total"]) if row else 0
