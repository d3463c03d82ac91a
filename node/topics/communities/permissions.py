"""What somebody is to a community, as the one permission function wants to know it."""

from federation.origin import authority_of
from node.base.errors import NotAllowed, NotFound
from node.db.tx import Tx
from node.topics.actors.store import Actor, actor_by_iri
from node.topics.communities.names import name_in
from node.topics.communities.store import community_even_closed
from node.topics.permissions.clinics import CLINIC
from node.topics.permissions.kept_out import note_kept_out
from node.topics.permissions.rules import VISITOR, Act, Place, Role, Who, may

PLACE_ELSEWHERE = Place(elsewhere=True, posting="anyone")
CLOSED_ELSEWHERE = Place(door="closed", elsewhere=True, posting="members", joining="approval")


def place_of(tx: Tx, group: Actor) -> Place | None:
    """What a community is like; None for a group of ours that is no community.

    One of another node that lets in by hand is taken to show to its members alone what is said
    there (Lemmy 1.0), and any other to everybody.
    """
    if group.local:
        community = community_even_closed(tx, group.id)
        return community.place if community else None
    return CLOSED_ELSEWHERE if group.approves_followers else PLACE_ELSEWHERE


def who_is(
    tx: Tx, group_id: int, actor: Actor | None, now: int | None = None, *, to_others: bool = False
) -> Who:
    """What somebody is to a community; of nobody, a visitor.

    A ban is looked for where it is said what time it is `now`: it keeps nobody from reading. It
    holds for all names of a person (M10), but not `to_others`, who do something about them: what
    is refused to those tells nothing of any other name.
    """
    if actor is None:
        return VISITOR
    row = tx.one(
        """
        select
            (select role from membership
             where community_id = :group_id and actor_id = :actor_id) as role,
            (select until from ban
             where group_id = :group_id and person_id = :actor_id) as banned_until,
            (select max(b.until) from same_person s join ban b on b.person_id = s.other_id
             where s.actor_id = :actor_id and b.group_id = :group_id) as other_banned_until,
            (select community_id from pseudonym where actor_id = :actor_id) as made_for,
            (select min(other_id) from same_person where actor_id = :actor_id) as another,
            (select 1 from follow where follower_id = :actor_id and followed_id = :group_id
             and state = 'accepted') as follows,
            (select role from account
             where actor_id = :actor_id and disabled_at is null) as node_role
        """,
        group_id=group_id,
        actor_id=actor.id,
    )
    if row is None:
        return VISITOR
    until = max(row["banned_until"] or 0, 0 if to_others else row["other_banned_until"] or 0)
    has_others = row["another"] is not None and not to_others
    return Who(
        role=Role[(row["role"] or "nobody").upper()],
        is_here=actor.local,
        is_clinic=actor.kind == CLINIC,
        is_follower=row["follows"] is not None,
        is_banned=now is not None and now < until,
        looks_after_node=row["node_role"] in ("moderator", "organiser"),
        is_in_as_another=has_others and name_in(tx, group_id, actor.id) is not None,
        is_misplaced=row["made_for"] not in (None, group_id),
    )


def spoken_for(tx: Tx, group: Actor | None, signer: str | None) -> Actor | None:
    """As whom another node reads what a community of ours says: as whoever signs, where that is a
    member, else as one of its members who live where the signer does. A node reads for its people,
    and Lemmy signs as any of them; whose node has no member is nobody to the community. An
    organisation reads for nobody but itself.

    None is a visitor. The same is asked for where there is no community.
    """
    if signer is None:
        return None
    who = actor_by_iri(tx, signer)
    if who is not None and who.kind == CLINIC:
        return who
    row = tx.one(
        """
        select a.* from membership m join actor a on a.id = m.actor_id
        where m.community_id = :group_id and a.host = :host
          and a.local = 0 and a.deleted_at is null and a.hidden_at is null
        order by case when a.iri = :signer then 0 else 1 end, a.id
        limit 1
        """,
        group_id=group.id if group else 0,
        host=authority_of(signer),
        signer=signer,
    )
    return Actor.from_row(row) if row else who


def is_allowed(
    tx: Tx,
    act: Act,
    group: Actor,
    actor: Actor | None,
    now: int | None = None,
    *,
    to_others: bool = False,
) -> bool:
    """Whether somebody may do a thing with a community, ours or one elsewhere; `to_others`: it is
    somebody else who would read from the answer (`who_is`)."""
    place = place_of(tx, group)
    who = who_is(tx, group.id, actor, now, to_others=to_others)
    return place is not None and may(act, place, who)


def is_known_to(tx: Tx, actor: Actor, reader: Actor | None) -> bool:
    """Whether a reader may learn that somebody is there: everybody of people and of communities
    elsewhere that want to be found, and of ours whom its door lets know.

    One elsewhere that lets in by hand and does not want to be found is hidden: of ours, those know
    of it who belong to it, have asked to, or were asked by it.
    """
    if not actor.is_group:
        return True
    if actor.local:
        return is_allowed(tx, Act.KNOW, actor, reader)
    is_hidden = actor.approves_followers and not actor.discoverable
    return not is_hidden or is_acquainted(tx, actor.id, reader)


def is_acquainted(tx: Tx, group_id: int, reader: Actor | None) -> bool:
    """Whether somebody belongs to a community elsewhere, asked to, or was asked by it."""
    if reader is None:
        return False
    row = tx.one(
        """
        select 1 as found from actor a where a.id = :reader_id and (
            exists (select 1 from follow f
                    where f.follower_id = a.id and f.followed_id = :group_id)
            or exists (select 1 from membership m
                       where m.actor_id = a.id and m.community_id = :group_id)
            or exists (select 1 from notification n
                       where n.reader_id = a.id and n.from_id = :group_id))
        """,
        group_id=group_id,
        reader_id=reader.id,
    )
    return row is not None


def check_known(tx: Tx, actor: Actor, reader: Actor | None) -> None:
    """Raise NotFound for a community that a reader may not know of: as if it were not there."""
    if not is_known_to(tx, actor, reader):
        raise NotFound


def check_allowed(tx: Tx, act: Act, group: Actor, actor: Actor, now: int, *, sentence: str) -> None:
    """Raise NotAllowed with a sentence unless somebody may do a thing with a community.

    Raises:
        NotFound: they may not know of it.
    """
    check_known(tx, group, actor)
    if not is_allowed(tx, act, group, actor, now):
        note_kept_out(act.name.lower(), actor.kind, actor.host)
        raise NotAllowed(sentence)
