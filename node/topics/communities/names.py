"""Under which name somebody acts in a community: under one of theirs, and each name in its own.

Every act of one of ours asks here, or asks `may` for what `who_is` found. What is refused is said
to whoever acts, and to nobody else.
"""

from node.base.errors import NotAllowed
from node.db.tx import Tx
from node.topics.actors.store import Actor, actor_by_id
from node.topics.pseudonyms.rules import IN_AS_ANOTHER, alone_in
from node.topics.pseudonyms.store import pseudonym_of

GONE = "a community that is gone"


def check_name(tx: Tx, actor: Actor, group: Actor | None) -> None:
    """Raise NotAllowed unless somebody acts under this name in a community, or (None) in none.

    Another name acts in the community that it is for; and in a community where somebody takes part
    under one name, they do nothing under the others.
    """
    if not actor.local:
        return
    check_is_at_home(tx, actor, group.id if group else None)
    if group is not None and name_in(tx, group.id, actor.id) is not None:
        raise NotAllowed(IN_AS_ANOTHER)


def home_of(tx: Tx, actor: Actor) -> Actor | None:
    """The community that another name of somebody is for; None for everybody's own name."""
    made = pseudonym_of(tx, actor.id)
    group = actor_by_id(tx, made.community_id) if made is not None else None
    return group if group is not None and group.is_group else None


def check_is_at_home(tx: Tx, actor: Actor, group_id: int | None) -> None:
    """Raise NotAllowed for another name of somebody outside the community that it is for."""
    made = pseudonym_of(tx, actor.id)
    if made is not None and made.community_id != group_id:
        home = home_of(tx, actor)
        raise NotAllowed(alone_in(actor.title, home.title if home else GONE))


def check_reaches(tx: Tx, actor: Actor, other: Actor) -> None:
    """Raise NotAllowed for another name of somebody that would turn to a person who has nothing to
    do with its community: who neither takes part there, as far as it is shown that, nor wrote to
    it. Who is only a member of one that hides its list counts for nobody: else a name could try out
    who is in it."""
    made = pseudonym_of(tx, actor.id)
    if made is None or takes_part(tx, made.community_id, other.id):
        return
    if not has_written_to(tx, actor.id, other.id):
        check_is_at_home(tx, actor, None)


def takes_part(tx: Tx, group_id: int, actor_id: int) -> bool:
    """Whether somebody is a community, has written in it, looks after it, or stands in the list of
    members that it shows to them."""
    if group_id == actor_id:
        return True
    row = tx.one(
        """
        select 1 as found from actor a where a.id = :actor_id and (
            exists (select 1 from membership m join community c on c.actor_id = m.community_id
                    where m.community_id = :group_id and m.actor_id = a.id
                      and (c.shows_members = 1 or m.role <> 'member'))
            or exists (select 1 from post p
                       where p.author_id = a.id and p.community_id = :group_id)
            or exists (select 1 from group_moderator g
                       where g.group_id = :group_id and g.actor_iri = a.iri))
        """,
        group_id=group_id,
        actor_id=actor_id,
    )
    return row is not None


def has_written_to(tx: Tx, actor_id: int, other_id: int) -> bool:
    """Whether `other_id` named somebody in a post, or asked to follow them."""
    row = tx.one(
        """
        select 1 as found from actor a where a.id = :actor_id and (
            exists (select 1 from post_recipient r join post p on p.id = r.post_id
                    where r.actor_id = a.id and p.author_id = :other_id)
            or exists (select 1 from follow f
                       where f.follower_id = :other_id and f.followed_id = a.id))
        """,
        actor_id=actor_id,
        other_id=other_id,
    )
    return row is not None


def name_in(tx: Tx, group_id: int, actor_id: int) -> int | None:
    """The other name of whoever has this one that belongs to a community, asks to, or follows it.

    Not one that others appointed or added, nor by the follow that came with it: by that they could
    try out whose names are one's.
    """
    row = tx.one(
        """
        select s.other_id from same_person s
        where s.actor_id = :actor_id and (
            exists (select 1 from membership m
                    where m.community_id = :group_id and m.actor_id = s.other_id
                      and m.came_by <> 'appointment')
            or exists (select 1 from follow f
                       where f.follower_id = s.other_id and f.followed_id = :group_id
                         and not exists (
                             select 1 from membership a
                             where a.community_id = f.followed_id and a.actor_id = f.follower_id
                               and a.came_by = 'appointment' and a.since = f.created_at))
            or exists (select 1 from join_request j
                       where j.community_id = :group_id and j.actor_id = s.other_id
                         and j.state = 'waiting'))
        order by s.other_id limit 1
        """,
        group_id=group_id,
        actor_id=actor_id,
    )
    return row["other_id"] if row else None


def is_in(tx: Tx, group_id: int, actor_id: int) -> bool:
    """Whether somebody belongs to a community under this very name, asks to, or follows it."""
    row = tx.one(
        """
        select 1 as found from actor a where a.id = :actor_id and (
            exists (select 1 from membership m
                    where m.community_id = :group_id and m.actor_id = a.id)
            or exists (select 1 from follow f
                       where f.follower_id = a.id and f.followed_id = :group_id)
            or exists (select 1 from join_request j
                       where j.community_id = :group_id and j.actor_id = a.id
                         and j.state = 'waiting'))
        """,
        group_id=group_id,
        actor_id=actor_id,
    )
    return row is not None
