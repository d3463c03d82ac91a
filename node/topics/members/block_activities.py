"""What peers say about people whom they want nothing more of: a Block of one of ours, its Undo."""

from federation import documents
from node.arrivals.apply_context import ApplyContext
from node.arrivals.tombstones import add_tombstone, has_tombstone
from node.base.ids import new_id
from node.db.tx import Tx
from node.topics.actors.store import Actor, actor_by_iri, known_actor
from node.topics.actors.suspended import suspended_by_iri
from node.topics.blocks.store import Block, block_between, block_by_iri, drop_block, put_block
from node.topics.members.actions import end_follow
from node.topics.members.blocks import forget_each_other
from node.topics.members.rules import SIGNATURE_S_MAX
from node.topics.members.store import follow_between


def receive_person_block(tx: Tx, block: documents.Block, context: ApplyContext) -> bool:
    """Somebody of another node wants nothing more of one of ours; False if it says another thing.

    Both follows end without a word, as the other side has ended them, and neither is shown what
    the other writes. Nobody here is told. One that was undone before it came has no effect (T120);
    one that takes the place of another has it undone, whose Undo may come later (GoToSocial sends
    from several workers). It counts for somebody whom we have suspended as well.

    Raises:
        Missing: who blocks is not stored here yet.
    """
    blocked = actor_by_iri(tx, block.object) or suspended_by_iri(tx, block.object)
    if block.target is not None or blocked is None or not is_person_of_ours(blocked):
        return False
    if has_tombstone(tx, block.iri, block.actor, "undone"):
        return True
    blocker = known_actor(tx, block.actor)
    if blocker.is_group or blocker.local:
        return False
    before = block_between(tx, blocker.id, blocked.id)
    if before is not None and before.iri != block.iri:
        add_tombstone(tx, before.iri, block.actor, "undone", context.now, lasts_s=SIGNATURE_S_MAX)
    put_block(tx, Block(new_id(context.now), block.iri, blocker.id, blocked.id), context.now)
    for one, other in ((blocker, blocked), (blocked, blocker)):
        held = follow_between(tx, one.id, other.id)
        if held is not None:
            end_follow(tx, held)
    forget_each_other(tx, blocker, blocked)
    return True


def is_person_of_ours(actor: Actor) -> bool:
    return actor.local and not actor.is_group and not actor.is_our_node


def undo_person_block(tx: Tx, undo: documents.Undo, context: ApplyContext) -> bool:
    """Lift a block by the undoing actor (T20); whether there was one.

    Peers that give the Block inside another id mean the one between the same two.
    """
    actor, inner = actor_by_iri(tx, undo.actor), undo.object
    if actor is None or not isinstance(inner, str | documents.Block):
        return False
    iri = inner if isinstance(inner, str) else inner.iri
    held = block_by_iri(tx, iri)
    if held is None and has_tombstone(tx, iri, undo.actor, "undone"):
        return True
    if held is None and not isinstance(inner, str) and inner.target is None:
        blocked = actor_by_iri(tx, inner.object) or suspended_by_iri(tx, inner.object)
        held = block_between(tx, actor.id, blocked.id) if blocked else None
    if held is None or held.blocker_id != actor.id:
        return False
    drop_block(tx, held.id)
    for one in {held.iri, iri}:
        add_tombstone(tx, one, undo.actor, "undone", context.now, lasts_s=SIGNATURE_S_MAX)
    return True
