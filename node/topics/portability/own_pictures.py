"""One's own pictures inside the page that one takes along: the whole ones, as `data:` addresses.

The page is one file that opens anywhere and is written as it is made, so a package beside it was
not worth it: one picture at a time is in memory, however many there are.
"""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Sequence

from markupsafe import Markup

from node.db.database import Database
from node.db.tx import Tx
from node.topics.files.store import File, file_by_key
from node.topics.portability.own_words import Item, Owner

GetBytes = Callable[[str], bytes | None]
"""The bytes of a file by its name; None where there are none. It may raise Busy."""

PICTURE = Markup('<p><img src="data:{kind};base64,{bytes}" alt="{words}">{caption}</p>\n')
CAPTION = Markup("<br><small>{words}</small>")


def get_nothing(_name: str) -> bytes | None:
    """Where no bytes are at hand: the page names pictures by their addresses alone."""
    return None


async def pictures_of(db: Database, owner: Owner, item: Item, get: GetBytes) -> AsyncIterator[str]:
    """The pictures of a thing that are its owner's own, one after another.

    Raises:
        Busy: the store does not answer.
    """
    addresses = [one["address"] for one in item.get("attached", ())]
    addresses += [item[name] for name in ("picture", "banner") if item.get(name)]
    for file in await db.read(own_files, owner, addresses) if addresses else ():
        body = await asyncio.to_thread(get, file.key)
        if body is not None:
            words = file.description or ""
            yield PICTURE.format(
                kind=file.media_type,
                bytes=b64encode(body).decode(),
                words=words,
                caption=CAPTION.format(words=words) if words else "",
            )


def own_files(tx: Tx, owner: Owner, addresses: Sequence[str]) -> list[File]:
    """The files at these addresses that this person sent."""
    keys = [one.rpartition("/")[2].partition(".")[0] for one in addresses]
    found = [file_by_key(tx, key) for key in keys]
    return [
        file
        for file in found
        if file is not None and file.owner_id == owner.actor.id and file.url in addresses
    ]
