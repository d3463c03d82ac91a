"""What members of a community agree to, in its own words. Each wording has a number; a change asks
everybody anew. Until they agree members read, and write nothing."""

from dataclasses import dataclass

from node.base.errors import Conflict, Invalid, NotAllowed
from node.db.tx import Tx
from node.topics.actors.store import Actor
from node.topics.admissions.settings import NOT_TO_CHANGE
from node.topics.communities.permissions import check_allowed, who_is
from node.topics.permissions.rules import Act, Role

WORDS_CHARACTERS_MAX = 1_000
AGREE_FIRST = "First read what the members of this community agree to, on its page, and agree."
CHANGED = "The words have changed meanwhile. Read them once more."


@dataclass(frozen=True, slots=True)
class Pledge:
    """A wording, and its number."""

    version: int
    words: str


@dataclass(frozen=True, slots=True)
class Agreed:
    """How many members here have agreed to the wording that counts, of how many."""

    agreed: int
    members: int


def current_pledge(tx: Tx, community_id: int) -> Pledge | None:
    """The wording that counts; None where a community has none."""
    row = tx.one(
        """
        select version, words from pledge where community_id = :id
        order by version desc limit 1
        """,
        id=community_id,
    )
    return Pledge(row["version"], row["words"]) if row and row["words"] else None


def pledge_to_agree(tx: Tx, group: Actor, actor: Actor) -> Pledge | None:
    """The wording that somebody of this node who is a member has not agreed to yet."""
    if not (group.local and actor.local):
        return None
    pledge = current_pledge(tx, group.id)
    if pledge is None or who_is(tx, group.id, actor).role is Role.NOBODY:
        return None
    row = tx.one(
        """
        select version from pledge_agreement
        where community_id = :community_id and actor_id = :actor_id
        """,
        community_id=group.id,
        actor_id=actor.id,
    )
    return pledge if row is None or row["version"] < pledge.version else None


def check_agreed(tx: Tx, group: Actor, author: Actor) -> None:
    """Raise NotAllowed for a member of this node who has not agreed to what members agree to."""
    if pledge_to_agree(tx, group, author) is not None:
        raise NotAllowed(AGREE_FIRST)


def agree(tx: Tx, group: Actor, actor: Actor, version: int | None, now: int) -> None:
    """Store that somebody agrees to a wording. Where there is none, nothing is stored.

    Raises:
        Conflict: it is not the one that counts.
    """
    pledge = current_pledge(tx, group.id)
    if pledge is None:
        return
    if version != pledge.version:
        raise Conflict(CHANGED)
    tx.run(
        """
        insert into pledge_agreement (community_id, actor_id, version, agreed_at)
        values (:community_id, :actor_id, :version, :now)
        on conflict (community_id, actor_id) do update
            set version = excluded.version, agreed_at = excluded.agreed_at
        """,
        community_id=group.id,
        actor_id=actor.id,
        version=version,
        now=now,
    )


def change_pledge(tx: Tx, group: Actor, by: Actor, words: str, now: int) -> None:
    """Give a community another wording, to which everybody but its author is asked to agree; the
    same words once more change nothing, and no words end it.

    Raises:
        Invalid: it is too long.
        NotFound, NotAllowed: it is not for them to change.
    """
    check_allowed(tx, Act.ORGANISE, group, by, now, sentence=NOT_TO_CHANGE)
    words = words.replace("\r\n", "\n").strip()
    if len(words) > WORDS_CHARACTERS_MAX:
        raise Invalid(f"What members agree to has at most {WORDS_CHARACTERS_MAX} characters.")
    held = current_pledge(tx, group.id)
    if words == (held.words if held else ""):
        return
    tx.run(
        """
        insert into pledge (community_id, version, words, made_at)
        select :id, coalesce(max(version), 0) + 1, :words, :now
        from pledge where community_id = :id
        """,
        id=group.id,
        words=words,
        now=now,
    )
    made = current_pledge(tx, group.id)
    agree(tx, group, by, made.version if made else None, now)


def agreed_count(tx: Tx, community_id: int) -> Agreed:
    """How many members of this node have agreed to the wording that counts."""
    row = tx.one(
        """
        select count(*) as members, count(g.actor_id) as agreed
        from membership m join actor a on a.id = m.actor_id
        left join pledge_agreement g on g.community_id = m.community_id
            and g.actor_id = m.actor_id and g.version = (
                select max(p.version) from pledge p where p.community_id = m.community_id)
        where m.community_id = :id and a.local = 1
          and a.deleted_at is null and a.hidden_at is null
        """,
        id=community_id,
    )
    return Agreed(row["agreed"], row["members"]) if row else Agreed(0, 0)
