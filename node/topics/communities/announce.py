"""A community of ours passes on what was said in it (FEP-1b12).

The activity goes out as it came, wrapped in an Announce of the community, which is what Lemmy and
its kin read. A post that starts a conversation is also announced by its id alone, which is what
Mastodon and its kin show as a boost.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from federation import documents
from node.arrivals.apply_context import ApplyContext
from node.db.tx import Tx
from node.outbox.append import append_activity
from node.outbox.audience import follower_inboxes, member_inboxes
from node.topics.actors.actions import new_activity_iri
from node.topics.actors.store import Actor
from node.topics.communities.store import community_even_closed


def announce_activity(
    tx: Tx,
    group: Actor,
    author: Actor,
    activity: Mapping[str, Any],
    object_iri: str,
    now: int,
    also: Iterable[str] = (),
) -> None:
    """Pass on an activity about `object_iri`, verbatim; `also` to inboxes that hold a copy.

    It keeps its own context, without which its terms, and a proof in it, would mean nothing.
    """
    announce = documents.render_announce(
        new_activity_iri(group),
        group.iri,
        activity,
        to=[documents.PUBLIC] if is_open_to_all(tx, group) else [followers_of(group)],
        cc=[followers_of(group)] if is_open_to_all(tx, group) else [],
        published=now,
    )
    append_for_members(tx, group, author, announce, object_iri, now, also)


def append_for_members(
    tx: Tx,
    group: Actor,
    author: Actor,
    activity: Mapping[str, Any],
    object_iri: str,
    now: int,
    also: Iterable[str] = (),
) -> None:
    """Send what a community says to its members' nodes, and to the author's own.

    That one learns so what became of the post there. What a community says that not everybody may
    read goes to one member's own inbox at each of their nodes, and nowhere else (T89).
    """
    is_open = is_open_to_all(tx, group)
    inboxes = {*follower_inboxes(tx, group.id), *also} if is_open else member_inboxes(tx, group.id)
    if is_open and not author.local:
        inboxes.add(author.shared_inbox or author.inbox)
    if not is_open and not inboxes:
        return
    append_activity(
        tx,
        actor_id=group.id,
        activity=dict(activity),
        object_iri=object_iri,
        kind=str(activity["type"]),
        inboxes=inboxes,
        public=is_open,
        now=now,
    )


def is_open_to_all(tx: Tx, group: Actor) -> bool:
    """Whether everybody may read what a community of ours says."""
    community = community_even_closed(tx, group.id)
    return community is not None and community.visibility == "public"


def followers_of(actor: Actor) -> str:
    return actor.followers or f"{actor.iri}/followers"


@dataclass(frozen=True, slots=True)
class PassingOn:
    """A community elsewhere passes something on with the Announce at `iri`."""

    group: Actor
    iri: str
    context: ApplyContext
