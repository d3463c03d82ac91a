"""Giving an actor of ours new keys: in good order, or because the old ones are lost (T135)."""

from dataclasses import replace
from datetime import UTC, datetime

from node.base.errors import Conflict
from node.db.tx import Tx
from node.outbox.audience import neighbour_inboxes
from node.topics.actors.actions import Keys, pairs_of, tell_followers
from node.topics.actors.keys import (
    FRAGMENTS,
    ActorKey,
    actors_with_old_keys,
    drop_all_keys,
    drop_retired_keys,
    keys_of,
    put_key,
    retire_keys,
)
from node.topics.actors.store import Actor, actor_by_id, update_actor

OLD_KEYS_S = 7 * 24 * 3_600
"""How long a key that another has followed is still published, and good for us to sign with."""
ACTORS_AT_ONCE = 50


def rotate_keys(tx: Tx, actor: Actor, keys: Keys, now: int) -> int:
    """Give an actor of ours new keys at new addresses, and tell its followers; until when the
    old ones are good.

    The news is signed with the old key, which others hold, and so is what was said before and is
    still on its way; what is said from now on is signed with the new one. The old keys stay in the
    actor's document for seven days.

    Raises:
        Conflict: the keys were changed within the last seven days.
    """
    held = keys_of(tx, actor.id)
    retired = [key.retired_at for key in held if key.retired_at is not None]
    if retired:
        until = datetime.fromtimestamp(max(retired) + OLD_KEYS_S, UTC).strftime("%Y-%m-%d %H:%M")
        raise Conflict(
            f"{actor.name} has had new keys less than seven days ago; the old ones are good until "
            f"{until} UTC. Wait until then, or say --lost if nobody is to believe them any more."
        )
    retire_keys(tx, actor.id, now)
    iris = {key.algorithm: next_iri(key.iri, now) for key in held}
    put_new_keys(tx, actor, iris, keys, now)
    announce_keys(tx, actor, now)
    return now + OLD_KEYS_S


def replace_keys(tx: Tx, actor: Actor, keys: Keys, now: int) -> None:
    """Give an actor of ours new keys at the addresses of the old ones, which count no more.

    Nobody can believe the news by itself: it is signed with the new key. Others read the actor's
    document again when a signature does not hold for the key that they know.
    """
    iris = {key.algorithm: key.iri for key in keys_of(tx, actor.id) if key.retired_at is None}
    drop_all_keys(tx, actor.id)
    put_new_keys(tx, actor, iris, keys, now)
    announce_keys(tx, actor, now)


def forget_retired_keys(tx: Tx, now: int) -> int:
    """Publish the keys no more that another followed seven days ago, and tell; how many went."""
    before, dropped = now - OLD_KEYS_S, 0
    for actor_id in actors_with_old_keys(tx, before, ACTORS_AT_ONCE):
        dropped += drop_retired_keys(tx, actor_id, before)
        actor = actor_by_id(tx, actor_id)
        if actor is not None:
            announce_keys(tx, actor, now)
    return dropped


def next_iri(iri: str, now: int) -> str:
    """The address of the key that follows the one at `iri`: `#main-key`, then `#main-key-NOW`.

    No number that counts up: after a restore it would be given once more, for another key (T133).
    """
    name, _, number = iri.rpartition("-")
    return f"{name if number.isdecimal() else iri}-{now}"


def put_new_keys(tx: Tx, actor: Actor, iris: dict[str, str], keys: Keys, now: int) -> None:
    for algorithm, private, public in pairs_of(keys):
        iri = iris.get(algorithm, f"{actor.iri}#{FRAGMENTS[algorithm]}")
        put_key(tx, ActorKey(iri, actor.id, algorithm, public, private, now))


def announce_keys(tx: Tx, actor: Actor, now: int) -> None:
    """Tell those who follow an actor of ours, and of the node itself its neighbours, what it is.

    A neighbour that is not told finds another key some day, and has to take it for that of somebody
    else who holds the domain now (T105).
    It carries no proof: who brings it must have signed it as the actor (T2).
    """
    changed = replace(actor, updated_at=now)
    update_actor(tx, changed)
    also = neighbour_inboxes(tx) if actor.is_our_node else set()
    tell_followers(tx, changed, now, also=also, proven=False)
