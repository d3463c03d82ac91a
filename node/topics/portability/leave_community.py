"""Leaving a community: what one wrote there stays, stays without a name, or goes.

Other software cannot forget who wrote something: there, what loses its name is deleted, and each
place says so as with any deletion. Here, at the home of the community, the words stand again under
an address of their own, by somebody who left, for the people of this node alone. It is done part by
part, so that nobody waits.
"""

from dataclasses import replace
from typing import Literal

from node.base.errors import Invalid, NotFound
from node.base.ids import new_id, new_name
from node.db.tx import Tx
from node.topics.actors.actions import new_actor
from node.topics.actors.store import (
    SOMEBODY_WHO_LEFT,
    Actor,
    actor_by_id,
    actor_by_iri,
    insert_actor,
)
from node.topics.communities.store import drop_member
from node.topics.members.actions import unfollow
from node.topics.posts.documents import origin_of_actor
from node.topics.posts.removals import count_answers_anew, hidden_post
from node.topics.posts.store import Post, insert_post, post_by_id
from node.topics.publishing.actions import delete
from node.topics.publishing.fanout import remove_post

POSTS_AT_ONCE = 20
Choice = Literal["keep", "unsign", "remove"]
CHOICES: dict[str, Choice] = {"keep": "keep", "unsign": "unsign", "remove": "remove"}
NOT_ELSEWHERE = (
    "This community is at another place, which cannot take your name off your posts. Keep them, or"
    " remove them."
)


def leave_community(tx: Tx, me: Actor, group: Actor, choice: Choice, now: int) -> None:
    """Leave a community; what one wrote there is kept, or goes on under no name, or is deleted.

    Repeating it with another choice changes the choice for what is left.

    Raises:
        NotFound: it is no community.
        Invalid: names are taken off only where the community is ours.
        NotAllowed: nobody else organises it.
    """
    if not group.is_group:
        raise NotFound
    if choice == "unsign" and not group.local:
        raise Invalid(NOT_ELSEWHERE)
    unfollow(tx, me, group, now)
    drop_member(tx, group.id, me.id)
    if choice != "keep":
        tx.run(
            """
            insert into community_exit (actor_id, group_id, choice, left_at)
            values (:actor_id, :group_id, :choice, :now)
            on conflict (actor_id, group_id) do update
            set choice = excluded.choice, left_at = excluded.left_at
            """,
            actor_id=me.id,
            group_id=group.id,
            choice=choice,
            now=now,
        )


def settle_exits(tx: Tx, now: int) -> int:
    """Do the next part of what those want who left; of how many posts, or 1 where one is done."""
    row = tx.one(
        """
        select actor_id, group_id, choice, left_at from community_exit
        order by actor_id, group_id limit 1
        """
    )
    if row is None:
        return 0
    me = actor_by_id(tx, row["actor_id"])
    posts = posts_left(tx, row["actor_id"], row["group_id"], row["left_at"]) if me else []
    if me is None or not posts:
        tx.run(
            "delete from community_exit where actor_id = :actor_id and group_id = :group_id",
            actor_id=row["actor_id"],
            group_id=row["group_id"],
        )
        return 1
    for post_id, iri in posts:
        settle_post(tx, me, post_id, iri, row["choice"], now)
    return len(posts)


def posts_left(tx: Tx, actor_id: int, group_id: int, left_at: int) -> list[tuple[int, str]]:
    """What somebody wrote in a community until they left, hidden or not: the next twenty."""
    rows = tx.all(
        """
        select id, iri from post
        where author_id = :actor_id and community_id = :group_id and published_at <= :left_at
          and (deleted_at is null or removed_in is not null)
        order by id limit :limit
        """,
        actor_id=actor_id,
        group_id=group_id,
        left_at=left_at,
        limit=POSTS_AT_ONCE,
    )
    return [(row["id"], row["iri"]) for row in rows]


def settle_post(tx: Tx, me: Actor, post_id: int, iri: str, choice: Choice, now: int) -> None:
    """Take one post away, or put it under no name; what a moderator removed goes either way."""
    hidden, post = hidden_post(tx, iri), post_by_id(tx, post_id)
    if post is None:
        if hidden is not None:
            remove_post(tx, hidden.post, now)
        return
    delete(tx, me, post_id, now)
    if choice == "unsign":
        stand_again(tx, me, post, now)


def stand_again(tx: Tx, me: Actor, post: Post, now: int) -> None:
    """Put the words of a post that was deleted back where they stood, by somebody who left."""
    new, name = new_id(post.published_at), new_name()
    iri = f"{origin_of_actor(me)}/posts/{name}"
    is_first = post.root_id == post.id
    again = replace(
        post,
        id=new,
        iri=iri,
        url=iri,
        kind="Note" if post.poll else post.kind,
        author_id=somebody_who_left(tx, me, now).id,
        root_id=new if is_first else post.root_id,
        source=None,
        visibility="node",
        poll=None,
        quote_iri=None,
        policy=None,
        distinguished=False,
    )
    insert_post(tx, again)
    tx.run("update post set parent_id = :new where parent_id = :old", new=new, old=post.id)
    if is_first:
        tx.run("update post set root_id = :new where root_id = :old", new=new, old=post.id)
    answer = tx.one("select id from post where parent_id = :new limit 1", new=new)
    count_answers_anew(tx, [new] if answer is None else [new, answer["id"]])


def somebody_who_left(tx: Tx, me: Actor, now: int) -> Actor:
    """Who stands for all who took their names off; made when it is first needed, without keys."""
    made = new_actor(origin_of_actor(me), "Service", SOMEBODY_WHO_LEFT, "Somebody who left", now)
    known = actor_by_iri(tx, made.iri)
    if known is None:
        insert_actor(tx, made)
    return known or made
