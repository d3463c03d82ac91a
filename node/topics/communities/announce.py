"""A community of ours passes on what was said in it (FEP-1b12).

The activity goes out as it came, wrapped in an Announce of the community, which is what Lemmy and
its kin read. A post that starts a conversation is also announced by its id alone, which is what
Mastodon and its kin show as a boost.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
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
    Behind a door nobody is named to other nodes who has not written there (T90): what is done about
    such a person is passed on to nobody, and what one does who looks after the community, the
    community does.
    """
    is_open = is_open_to_all(tx, group)
    if not is_open and is_about_silent_member(tx, group, object_iri):
        return
    if not is_open and not has_written_around(tx, object_iri, str(activity.get("actor"))):
        activity = done_by_itself(group, activity)
    announce = documents.render_announce(
        new_activity_iri(group),
        group.iri,
        activity,
        to=[documents.PUBLIC] if is_open else [followers_of(group)],
        cc=[followers_of(group)] if is_open else [],
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
    inboxes = inboxes_told(tx, group, author, also)
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


def inboxes_told(tx: Tx, group: Actor, author: Actor, also: Iterable[str] = ()) -> set[str]:
    """Where a community of ours sends what `author` says in it, as things stand at this moment."""
    if not is_open_to_all(tx, group):
        return member_inboxes(tx, group.id)
    inboxes = {*follower_inboxes(tx, group.id), *also}
    return inboxes if author.local else {*inboxes, author.shared_inbox or author.inbox}


def is_about_silent_member(tx: Tx, group: Actor, iri: str) -> bool:
    """Whether something is about a person who has written nothing that stands in a community."""
    row = tx.one(
        """
        select exists (select 1 from post p where p.author_id = a.id and p.community_id = :group_id
                       and p.deleted_at is null) as has_written
        from actor a where a.iri = :iri and a.id <> :group_id
        """,
        iri=iri,
        group_id=group.id,
    )
    return row is not None and not row["has_written"]


def has_written_around(tx: Tx, object_iri: str, actor_iri: str) -> bool:
    """Whether somebody wrote in the conversation of a post, or says something about themselves."""
    row = tx.one(
        """
        select 1 as found from post p join post wrote on wrote.root_id = p.root_id
            join actor a on a.id = wrote.author_id
        where p.iri = :object_iri and a.iri = :actor_iri
        limit 1
        """,
        object_iri=object_iri,
        actor_iri=actor_iri,
    )
    return row is not None or object_iri == actor_iri


def done_by_itself(group: Actor, activity: Mapping[str, Any]) -> dict[str, Any]:
    """An activity as the community's own: nobody else stands in it, and nobody's proof. Its address
    is made of the one that it had, so that what is undone later is the same."""
    plain = {name: value for name, value in activity.items() if name != "proof"}
    inner = plain.get("object")
    if isinstance(inner, dict) and inner.get("actor") == plain.get("actor"):
        plain["object"] = done_by_itself(group, inner)
    name = sha256(str(plain.get("id")).encode()).hexdigest()[:32]
    return plain | {"id": f"{group.iri}#{name}", "actor": group.iri}


def is_open_to_all(tx: Tx, group: Actor) -> bool:
    """Whether everybody may read what a community says; of one elsewhere, as far as it says so."""
    if not group.local:
        return not group.approves_followers
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
