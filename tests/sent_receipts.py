"""What the node itself says of what was deleted elsewhere."""

from federation import documents
from node.arrivals.apply_context import ApplyContext
from node.db.tx import Tx
from node.inbox.handlers import receive_delete
from node.topics.actors.actions import add_local_actor
from node.topics.actors.store import instance_actor
from tests.neighbours import NOW, ORIGIN, THERE
from tests.sent import KEYS, LATER, Json, Maker, said, theirs, world


def receipt(tx: Tx) -> Json:
    add_local_actor(
        tx, origin=ORIGIN, kind="Application", name="actor", display_name="", keys=KEYS, now=NOW
    )
    rose = world(tx).rose
    delete = documents.Delete(
        iri=f"{THERE}/activities/1",
        actor=rose.iri,
        object=theirs(tx, rose).iri,
        receipt_to=f"{THERE}/actor",
    )
    receive_delete(tx, delete, ApplyContext(LATER))
    return said(tx, instance_actor(tx))


RECEIPTS: dict[str, Maker] = {"hedgerow/receipt": receipt}
