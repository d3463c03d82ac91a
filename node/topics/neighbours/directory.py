"""The communities of this node in a list: for who is here, for visitors, and for neighbours.

What stands in it is asked of the one permission function each time. Neighbours are told only of
what everybody may read and whose organisers agreed to it (`listed`).
"""

from dataclasses import dataclass

from federation.documents.directory import COMMUNITIES_MAX, ListedCommunity, render_directory
from federation.proofs import with_proof
from node.base.errors import Invalid
from node.base.markup import plain_text
from node.db.tx import Row, Tx
from node.outbox.signing_keys import proof_key
from node.topics.actors.store import Actor, instance_actor
from node.topics.communities.lookup import known_among
from node.topics.communities.permissions import check_allowed, is_allowed
from node.topics.communities.store import community_by_actor
from node.topics.permissions.rules import Act

PAGE_MAX = 50
ABOUT_CHARACTERS_MAX = 500
VISITOR = 0
NOT_PUBLIC = "Neighbours can only be shown a community that everybody may read."
FOR_ORGANISERS = "Whether neighbours show this community is for those who organise it to say."


@dataclass(frozen=True, slots=True)
class DirectoryPage:
    """Communities of this node by name; `after` is the name that the next page begins after."""

    groups: tuple[Actor, ...]
    after: str | None


def communities_here(tx: Tx, reader: Actor | None, after: str) -> DirectoryPage:
    """Fifty communities of this node that a reader may know of, whose names come after that one."""
    rows = tx.all(
        COMMUNITIES, reader_id=reader.id if reader else VISITOR, after=after, limit=PAGE_MAX
    )
    groups = known_among(tx, [Actor.from_row(row) for row in rows], reader)
    return DirectoryPage(tuple(groups), rows[-1]["at"] if len(rows) == PAGE_MAX else None)


COMMUNITIES = """
    select a.*, c.name as at from community c join actor a on a.id = c.actor_id
    where c.name > :after and c.closed_at is null
      and a.deleted_at is null and a.hidden_at is null
      and (c.visibility = 'public' or (c.visibility = 'closed' and c.elsewhere = 1)
           or (c.visibility <> 'hidden' and :reader_id <> 0)
           or exists (select 1 from membership m where m.community_id = c.actor_id
                      and m.actor_id = :reader_id))
    order by c.name limit :limit
"""
"""What a reader cannot know of takes nobody's place on a page; who may, is asked elsewhere."""


def put_listed(tx: Tx, me: Actor, group: Actor, now: int, *, is_listed: bool) -> None:
    """Have neighbours show a community of ours in their directory, or no longer.

    Raises:
        NotFound: I may not know of it.
        NotAllowed: I do not organise it.
        Invalid: not everybody may read what is said there.
    """
    check_allowed(tx, Act.ORGANISE, group, me, now, sentence=FOR_ORGANISERS)
    set_listed(tx, group, is_listed=is_listed)


def set_listed(tx: Tx, group: Actor, *, is_listed: bool) -> None:
    """The same for whoever keeps the machine.

    Raises:
        Invalid: not everybody may read what is said there.
    """
    community = community_by_actor(tx, group.id)
    if is_listed and (community is None or community.visibility != "public"):
        raise Invalid(NOT_PUBLIC)
    tx.run(
        "update community set listed = :listed where actor_id = :id",
        id=group.id,
        listed=int(is_listed),
    )


def listed_by(tx: Tx, me: Actor, group: Actor) -> bool | None:
    """Whether neighbours are told of a community of ours; None where that is not mine to say, or
    where they cannot be."""
    if not group.local or not is_allowed(tx, Act.ORGANISE, group, me):
        return None
    row = tx.one("select listed from community where actor_id = :id", id=group.id)
    return bool(row and row["listed"]) if is_for_everybody(tx, group) else None


def directory_document(tx: Tx, now: int) -> dict[str, object]:
    """What neighbours read of our communities, with the proof of the node's own actor."""
    me = instance_actor(tx)
    rows = tx.all(
        """
        select a.* from community c join actor a on a.id = c.actor_id
        where c.listed = 1 and c.visibility = 'public' and c.closed_at is null
          and a.deleted_at is null and a.hidden_at is null
        order by c.name limit :limit
        """,
        limit=COMMUNITIES_MAX,
    )
    listed = [as_listed(row) for row in rows if is_for_everybody(tx, Actor.from_row(row))]
    document = render_directory(directory_url(me.iri), me.iri, listed, now)
    return with_proof(document, proof_key(tx, me.id), now)


def is_for_everybody(tx: Tx, group: Actor) -> bool:
    """Whether a visitor may know of a community and read it: it is asked again each time."""
    return is_allowed(tx, Act.KNOW, group, None) and is_allowed(tx, Act.READ, group, None)


def as_listed(row: Row) -> ListedCommunity:
    return ListedCommunity(
        iri=row["iri"],
        name=row["name"],
        title=row["display_name"] or row["name"],
        about=plain_text(row["summary"], ABOUT_CHARACTERS_MAX),
    )


def directory_url(node_iri: str) -> str:
    """Where a node whose actor is there lists its communities."""
    return f"{node_iri}/communities"
