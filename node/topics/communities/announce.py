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
from federation.origin import authority_of
from node.arrivals.apply_context import ApplyContext
from node.db.tx import Tx
from node.outbox.append import append_activity
from node.outbox.audience import follower_inboxes, member_inboxes
from node.topics.actors.actions import new_activity_iri
from node.topics.actors.store import Actor, actor_by_iri
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
    such a person is told to them alone, and what one does who looks after the community, the
    community does.
    """
    is_open = is_open_to_all(tx, group)
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
    about = actor_by_iri(tx, object_iri)
    about = None if about is None or about.is_group else about
    append_for_members(tx, group, author, announce, object_iri, now, also, about=about)


def append_for_members(
    tx: Tx,
    group: Actor,
    author: Actor,
    activity: Mapping[str, Any],
    object_iri: str,
    now: int,
    also: Iterable[str] = (),
    *,
    about: Actor | None = None,
) -> None:
    """Send what a community says to its members' nodes, to the author's own, and to that of the
    person it is `about`, who may be a member no longer.

    They learn so what became of the post, or of them. What a community says that not everybody may
    read goes to one member's own inbox at each of their nodes, and nowhere else (T89).
    """
    is_open = is_open_to_all(tx, group)
    inboxes = inboxes_told(tx, group, author, also)
    if about is not None:
        is_named = is_open or has_written_in(tx, group, about)
        inboxes = with_their_own(about, inboxes if is_named else set())
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


def with_their_own(about: Actor, inboxes: set[str]) -> set[str]:
    """Where something is told that is about a person: to their own node too."""
    if about.local or any(authority_of(one) == about.host for one in inboxes):
        return inboxes
    return {*inboxes, about.inbox}


def has_written_in(tx: Tx, group: Actor, person: Actor) -> bool:
    """Whether somebody has written what stands in a community, or stood there until it was removed;
    what waits for a look never did."""
    row = tx.one(
        """
        select 1 as found from post p
        where p.author_id = :person_id and p.community_id = :group_id
          and (p.deleted_at is null or p.removed_in is not null)
          and not exists (select 1 from waiting_post w
                          where w.post_id = p.id and w.state <> 'passed')
          and not exists (select 1 from held_post h where h.post_id = p.id and h.state <> 'passed')
        limit 1
        """,
        person_id=person.id,
        group_id=group.id,
    )
    return row is not None


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
