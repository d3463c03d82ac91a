"""What our people send to the home of somebody whom they want nothing more of."""

from node.db.tx import Tx
from node.topics.members.blocks import block, unblock
from tests.neighbours import NOW
from tests.sent import LATER, Json, Maker, said, world


def block_person(tx: Tx) -> Json:
    here = world(tx)
    block(tx, here.ann, here.rose, NOW)
    return said(tx, here.ann)


def undo_block(tx: Tx) -> Json:
    here = world(tx)
    block(tx, here.ann, here.rose, NOW)
    unblock(tx, here.ann, here.rose, LATER)
    return said(tx, here.ann)


BLOCKS: dict[str, Maker] = {
    "mastodon/block": block_person,
    "mastodon/undo_block": undo_block,
}
