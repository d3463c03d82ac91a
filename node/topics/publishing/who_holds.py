"""Which other nodes get a copy of what somebody writes in a community, said before they post; and
which have one, said to its author afterwards (F14)."""

from collections.abc import Sequence
from dataclasses import dataclass

from node.db.tx import Tx
from node.outbox.append import met_among
from node.outbox.receipts import hosts_given
from node.topics.actors.store import Actor, actor_by_id
from node.topics.communities.announce import inboxes_told, is_open_to_all
from node.topics.communities.permissions import is_allowed
from node.topics.permissions.rules import LIMITED, Act
from node.topics.posts.store import Post


@dataclass(frozen=True, slots=True)
class Holders:
    """The nodes that get a copy of what is said in a community behind a door; `passed_on_by`: the
    home of a community elsewhere, which gives it to nodes that only it knows."""

    hosts: tuple[str, ...] = ()
    passed_on_by: str | None = None


def who_will_hold(tx: Tx, author: Actor, group: Actor | None) -> Holders | None:
    """Which nodes get a copy of what somebody of ours says in a community now; None where everybody
    may read it, and for whoever may not. It asks what the deliveries are made by.
    """
    if group is None or is_open_to_all(tx, group):
        return None
    if group.local and not is_allowed(tx, Act.READ, group, author):
        return None
    if not group.local:
        return Holders(hosts_among(tx, [group.inbox], author), passed_on_by=group.host)
    return Holders(hosts_among(tx, list(inboxes_told(tx, group, author)), author))


def hosts_among(tx: Tx, inboxes: Sequence[str], author: Actor) -> tuple[str, ...]:
    return tuple(sorted(set(met_among(tx, inboxes, author.host).values())))


def who_holds(tx: Tx, post: Post, reader: Actor | None) -> tuple[str, ...] | None:
    """Which nodes have, or are being given, a copy of a post behind a door; for its author alone,
    and None for everybody else."""
    if reader is None or post.author_id != reader.id or post.visibility not in LIMITED:
        return None
    group = actor_by_id(tx, post.community_id) if post.community_id else None
    hosts = hosts_given(tx, post.iri)
    return tuple(sorted(hosts - {reader.host})) if group is not None else None
