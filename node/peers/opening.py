"""Opens the policies of a node: what the settings say of its circle is noted in its store."""

from node.config import Config
from node.db.database import Database
from node.peers.book import PeerBook
from node.peers.store import put_mode


async def opened_book(config: Config, db: Database) -> PeerBook:
    """The policies in memory, as they stand."""
    is_closed = config.federation.mode == "closed"
    holds = config.federation.hold_strangers
    await db.write(
        put_mode, is_closed=is_closed, holds_strangers=is_closed if holds is None else holds
    )
    book = PeerBook(config.host, is_closed=is_closed)
    await book.refresh(db)
    return book
