"""What is said behind the door of a community, here and elsewhere."""

from node.db.tx import Tx
from node.topics.actors.actions import add_local_actor
from node.topics.actors.store import Actor
from node.topics.members.actions import Founding, follow, found_community, take_follow, take_yes
from node.topics.members.answers import accept_follow, reject_follow
from node.topics.members.copies import ask_for_purges
from node.topics.members.purge_orders import order_purge
from node.topics.members.store import follow_between
from node.topics.neighbours.community_purge import purge_left
from tests.neighbours import NOW, ORIGIN, add_neighbour
from tests.sent import KEYS, LATER, LEMMY, Json, Maker, World, said, world, written


def closed_here(tx: Tx, here: World) -> Actor:
    """A closed community of ann for people of other nodes, which rose asked to join."""
    founding = Founding(
        origin=ORIGIN,
        name="circle",
        title="Circle",
        visibility="closed",
        joining="approval",
        elsewhere=True,
    )
    circle = found_community(tx, founding, here.ann, KEYS, NOW)
    take_follow(tx, here.rose, circle, f"{here.rose.iri}/follows/3", NOW)
    return circle


def announce_behind_door(tx: Tx) -> Json:
    here = world(tx)
    circle = closed_here(tx, here)
    accept_follow(tx, circle, here.rose, NOW)
    written(tx, here.ann, "@circle Only between us.")
    return said(tx, circle)


def create_behind_door(tx: Tx) -> Json:
    here = world(tx)
    choir = add_neighbour(
        tx,
        "circle",
        LEMMY,
        kind="Group",
        iri=f"{LEMMY}/c/circle",
        approves_followers=True,
        followers=f"{LEMMY}/c/circle/followers",
    )
    follow(tx, here.ann, choir, NOW)
    asked = follow_between(tx, here.ann.id, choir.id)
    assert asked is not None
    take_yes(tx, asked, choir, NOW)
    written(tx, here.ann, "@circle@lemmy.example Only between us.")
    return said(tx, here.ann)


def reject_with_reason(tx: Tx) -> Json:
    here = world(tx)
    circle = closed_here(tx, here)
    reject_follow(tx, circle, here.rose, LATER, reason="We are full until spring.")
    return said(tx, circle)


def delete_of_all_said(tx: Tx) -> Json:
    here = world(tx)
    circle = closed_here(tx, here)
    accept_follow(tx, circle, here.rose, NOW)
    reject_follow(tx, circle, here.rose, LATER)
    ask_for_purges(tx, LATER)
    return said(tx, circle)


def accept_of_delete(tx: Tx) -> Json:
    here = world(tx)
    me = add_local_actor(
        tx, origin=ORIGIN, kind="Application", name="actor", display_name="", keys=KEYS, now=NOW
    )
    order_purge(tx, here.rollators.id, f"{LEMMY}/activities/1")
    purge_left(tx, LATER)
    return said(tx, me)


PRIVATE: dict[str, Maker] = {
    "hedgerow/accept_of_delete": accept_of_delete,
    "hedgerow/delete_of_all_said": delete_of_all_said,
    "lemmy/announce_behind_door": announce_behind_door,
    "lemmy/create_behind_door": create_behind_door,
    "lemmy/reject_with_reason": reject_with_reason,
}
