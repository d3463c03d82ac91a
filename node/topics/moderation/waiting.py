"""Posts that wait for a look before anybody but their author sees them: where a community wants to
see the first post of each newcomer, and where words of its list, or of the node's, are found.

Nothing is lost and nothing goes out: such a post is hidden, as a removed one is, until somebody who
looks after the place lets it through or refuses it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from node.db.tx import Row, Tx
from node.topics.actors.store import Actor, our_node
from node.topics.communities.permissions import is_allowed
from node.topics.moderation.desk import who_looks_after
from node.topics.moderation.desk_store import add_case
from node.topics.moderation.log_store import HOLD, Entry, add_entry, new_entry_id
from node.topics.moderation.word_filters import matched_in
from node.topics.notifications.store import notify
from node.topics.permissions.rules import OPEN, Act
from node.topics.posts.removals import hide_posts
from node.topics.posts.store import Post

VERBATIM_CHARACTERS_MAX = 65_536
Why = Literal["first", "words"]
State = Literal["waiting", "passed", "refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A post that waits or waited, and why; `group_id` is a community, or the node's own actor."""

    post_id: int
    group_id: int
    author_id: int
    case_id: int
    why: Why
    matched: str | None
    state: State

    @classmethod
    def from_row(cls, row: Row) -> "Waiting":
        """The post in a row that has its columns."""
        return cls(**{name: row[name] for name in cls.__slots__})


def hold_if_due(
    tx: Tx, post: Post, author: Actor, group: Actor | None, verbatim: Mapping[str, Any], now: int
) -> bool:
    """Let a new post wait if it is to; whether it does. It is stored, and shown to nobody yet.

    `verbatim` is the activity that brought one of another node, which its community may pass on.
    """
    ours = group if group is not None and group.local else None
    places = [one for one in (ours, our_node(tx)) if one is not None]
    if not places or is_looked_after_by(tx, places[0], author):
        return False
    matched = matched_in(tx, post, places) if is_looked_at(post) else None
    is_first = matched is None and ours is not None and is_newcomer(tx, ours, author)
    if matched is None and not is_first:
        return False
    hold(tx, post, author, places[0], "first" if is_first else "words", matched, verbatim, now)
    return True


def is_looked_at(post: Post) -> bool:
    """Whether the words of a post are compared: those to single people or followers are theirs."""
    return post.visibility in OPEN or post.community_id is not None


def is_looked_after_by(tx: Tx, place: Actor, author: Actor) -> bool:
    if place.is_group:
        return is_allowed(tx, Act.MODERATE, place, author)
    row = tx.one(
        """
        select 1 as found from account where actor_id = :id and disabled_at is null
          and role in ('moderator', 'organiser')
        """,
        id=author.id,
    )
    return row is not None


def is_newcomer(tx: Tx, group: Actor, author: Actor) -> bool:
    """Whether somebody's first post in a community waits: they came since it wants that, and
    nothing of theirs was let through."""
    row = tx.one(
        """
        select 1 as found from community c
        where c.actor_id = :group_id and c.first_posts_wait_since is not null
          and not exists (select 1 from membership m where m.community_id = :group_id
                          and m.actor_id = :author_id and m.since < c.first_posts_wait_since)
          and not exists (select 1 from waiting_post w where w.group_id = :group_id
                          and w.author_id = :author_id and w.state = 'passed')
        """,
        group_id=group.id,
        author_id=author.id,
    )
    return row is not None


def hold(
    tx: Tx,
    post: Post,
    author: Actor,
    place: Actor,
    why: Why,
    matched: str | None,
    verbatim: Mapping[str, Any],
    now: int,
) -> None:
    entry_id, group_id = new_entry_id(now), place.id if place.is_group else None
    hide_posts(tx, [post.id], entry_id, now)
    entry = Entry(
        id=entry_id,
        group_id=place.id,
        verb=HOLD,
        by_iri=place.iri,
        activity_iri=post.iri,
        post_id=post.id,
        person_id=None,
        reason=None,
        created_at=now,
    )
    add_entry(tx, entry)
    case_id = add_case(tx, "waiting", now, group_id=group_id, about_id=author.id, post_id=post.id)
    kept = msgspec.json.encode(verbatim).decode() if verbatim else ""
    tx.run(
        """
        insert into waiting_post (post_id, group_id, author_id, case_id, why, matched, state, since,
            verbatim)
        values (:post_id, :group_id, :author_id, :case_id, :why, :matched, 'waiting', :now,
            :verbatim)
        """,
        post_id=post.id,
        group_id=place.id,
        author_id=author.id,
        case_id=case_id,
        why=why,
        matched=matched,
        now=now,
        verbatim=kept if 0 < len(kept) <= VERBATIM_CHARACTERS_MAX else None,
    )
    for reader_id in who_looks_after(tx, group_id):
        notify(tx, reader_id, "waiting", author.id, 0, now)


def waited_of(tx: Tx, post_id: int) -> Waiting | None:
    """A post that waits or waited, by its own id."""
    row = tx.one(
        """
        select post_id, group_id, author_id, case_id, why, matched, state
        from waiting_post where post_id = :post_id
        """,
        post_id=post_id,
    )
    return Waiting.from_row(row) if row else None


def waiting_in(tx: Tx, case_id: int) -> Waiting | None:
    """The post that a case is about which waits or waited."""
    row = tx.one(
        """
        select post_id, group_id, author_id, case_id, why, matched, state
        from waiting_post where case_id = :case_id limit 1
        """,
        case_id=case_id,
    )
    return Waiting.from_row(row) if row else None


def verbatim_of_waiting(tx: Tx, post_id: int) -> Mapping[str, Any]:
    """The activity that brought a post of another node, as it came; empty if it is not kept."""
    row = tx.one("select verbatim from waiting_post where post_id = :post_id", post_id=post_id)
    return msgspec.json.decode(row["verbatim"]) if row and row["verbatim"] else {}


def decide_waiting(tx: Tx, post_id: int, state: State) -> bool:
    """Note what was decided; False if it was decided before."""
    changed = tx.run(
        """
        update waiting_post
        set state = :state, verbatim = case when :state = 'passed' then null else verbatim end
        where post_id = :post_id and state <> 'passed'
        """,
        post_id=post_id,
        state=state,
    )
    return changed == 1


def put_first_posts_wait(tx: Tx, group: Actor, since: int | None) -> None:
    """Have the first posts of those who come from now on wait in a community; None ends it."""
    tx.run(
        """
        update community set first_posts_wait_since = :since
        where actor_id = :id and (first_posts_wait_since is null or :since is null)
        """,
        id=group.id,
        since=since,
    )


def first_posts_wait(tx: Tx, group: Actor) -> bool:
    """Whether the first posts of newcomers wait in a community of ours."""
    row = tx.one(
        "select first_posts_wait_since as since from community where actor_id = :id", id=group.id
    )
    return row is not None and row["since"] is not None
