"""Posts that wait for a look before others than their authors' followers see them.

Held is what people of silenced hosts send here, and, where this node holds strangers, what comes
from hosts that nobody here has a relation with (T106). Who decides stands in
`moderation/holding.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from node.arrivals.host_rates import is_related
from node.db.tx import Row, Tx
from node.peers.rules import Policy
from node.peers.store import circle_around, holds_strangers
from node.topics.actors.store import Actor
from node.topics.members.store import follow_between, follows_any
from node.topics.posts.rules import is_kept_back
from node.topics.posts.store import Post

HELD_S = 30 * 24 * 3_600
HELD_PER_HOST_MAX = 200
HELD_MAX = 5_000
VERBATIM_CHARACTERS_MAX = 65_536
DECIDED_SHOWN = 20
ID_MAX = 2**63 - 1
Reason = Literal["silenced", "stranger"]
State = Literal["waiting", "passed", "left"]


@dataclass(frozen=True, slots=True)
class Held:
    """A post that is or was held; `decided_by` is None where a command or a policy decided."""

    post_id: int
    author_id: int
    host: str
    reason: Reason
    state: State
    held_at: int
    decided_at: int | None
    decided_by: int | None

    @classmethod
    def from_row(cls, row: Row) -> "Held":
        """The held post in a row that has its columns."""
        return cls(**{name: row[name] for name in cls.__slots__})


def why_held(tx: Tx, author: Actor) -> Reason | None:
    """Why what somebody sends here is held; None if it is not.

    A relation is a follow that somebody here wanted, either way, or an organiser's trust.
    """
    if author.local:
        return None
    if author.silenced_at is not None:
        return "silenced"
    if not holds_strangers(tx) or is_related(tx, author.host):
        return None
    is_trusted = circle_around(tx, [author.host]).policy_of(author.host) is Policy.TRUSTED
    return None if is_trusted else "stranger"


def has_room(tx: Tx, host: str) -> bool:
    """Whether another post of a host may wait: 200 of each do, and 5,000 of all (T48)."""
    row = tx.one(
        """
        select
            (select count(*) from (select 1 from held_post
                where host = :host and state = 'waiting' limit :most_of_host) as theirs) as theirs,
            (select count(*) from (select 1 from held_post
                where state = 'waiting' limit :most) as every) as every
        """,
        host=host,
        most_of_host=HELD_PER_HOST_MAX,
        most=HELD_MAX,
    )
    return row is not None and row["theirs"] < HELD_PER_HOST_MAX and row["every"] < HELD_MAX


def is_too_much(tx: Tx, author: Actor) -> bool:
    """Whether what somebody sends is to be held, has no room, and nobody here follows them."""
    is_held = why_held(tx, author) is not None
    return is_held and not has_room(tx, author.host) and not follows_any(tx, author.id)


def hold_if_due(tx: Tx, post: Post, author: Actor, verbatim: Mapping[str, Any], now: int) -> None:
    """Let a post that was sent or fetched wait for a look, if its author's are held; once only.

    `verbatim` is the activity that brought it, for a community of ours that may yet pass it on; it
    is kept up to 65,536 characters until then.
    """
    reason, kept = why_held(tx, author), ""
    if reason is None or not has_room(tx, author.host):
        return
    if post.community_id is not None and verbatim:
        kept = msgspec.json.encode(verbatim).decode()
    tx.run(
        """
        insert into held_post (post_id, author_id, host, reason, state, held_at, verbatim)
        values (:post_id, :author_id, :host, :reason, 'waiting', :now, :verbatim)
        on conflict (post_id) do update set verbatim = excluded.verbatim
        where held_post.verbatim is null and held_post.state = 'waiting'
        """,
        post_id=post.id,
        author_id=author.id,
        host=author.host,
        reason=reason,
        now=now,
        verbatim=kept if 0 < len(kept) <= VERBATIM_CHARACTERS_MAX else None,
    )


def hold_again(tx: Tx, post: Post, author: Actor, now: int) -> None:
    """A post that was let through says something else now: it waits once more."""
    if why_held(tx, author) is None:
        return
    tx.run(
        """
        update held_post set state = 'waiting', held_at = :now, decided_at = null, decided_by = null
        where post_id = :post_id and state = 'passed'
        """,
        post_id=post.id,
        now=now,
    )


def state_of(tx: Tx, post_id: int) -> State | None:
    """What became of a post that was held; None for one that never was."""
    row = tx.one("select state from held_post where post_id = :post_id", post_id=post_id)
    return row["state"] if row else None


def is_kept_from_others(tx: Tx, post: Post, author: Actor) -> bool:
    """Whether only those who follow its author see a post."""
    if author.local:
        return False
    return is_kept_back(state_of(tx, post.id), is_silenced=author.silenced_at is not None)


def is_followed_by(tx: Tx, author: Actor, reader_id: int) -> bool:
    """Whether somebody follows an author who said yes to it."""
    held = follow_between(tx, reader_id, author.id)
    return held is not None and held.is_accepted


def held_by_post(tx: Tx, post_id: int) -> Held | None:
    """The held post with that id, whatever became of it."""
    row = tx.one(
        """
        select post_id, author_id, host, reason, state, held_at, decided_at, decided_by
        from held_post where post_id = :post_id
        """,
        post_id=post_id,
    )
    return Held.from_row(row) if row else None


def verbatim_of(tx: Tx, post_id: int) -> Mapping[str, Any]:
    """The activity that brought a held post, as it came; empty if it is not kept."""
    row = tx.one("select verbatim from held_post where post_id = :post_id", post_id=post_id)
    return msgspec.json.decode(row["verbatim"]) if row and row["verbatim"] else {}


HELD_POSTS = """
    select h.post_id, h.author_id, h.host, h.reason, h.state, h.held_at, h.decided_at,
        h.decided_by
    from held_post h join post p on p.id = h.post_id join actor a on a.id = h.author_id
"""


def waiting(tx: Tx, limit: int, before_id: int | None = None) -> list[Held]:
    """What waits for a look, the newest first; nothing of hosts that are blocked."""
    rows = tx.all(
        HELD_POSTS
        + """
        where h.state = 'waiting' and h.post_id < :before_id
        and p.deleted_at is null and a.deleted_at is null and a.hidden_at is null
        order by h.post_id desc limit :limit
        """,
        before_id=before_id or ID_MAX,
        limit=limit,
    )
    return [Held.from_row(row) for row in rows]


def decided_lately(tx: Tx) -> list[Held]:
    """The last twenty that were let through or left out, the last decision first."""
    rows = tx.all(
        HELD_POSTS
        + """
        where h.decided_at is not null
        and p.deleted_at is null and a.deleted_at is null and a.hidden_at is null
        order by h.decided_at desc, h.post_id desc limit :limit
        """,
        limit=DECIDED_SHOWN,
    )
    return [Held.from_row(row) for row in rows]


def waiting_of(tx: Tx, author_id: int) -> list[int]:
    """The posts of one author that wait, the first to come first."""
    rows = tx.all(
        """
        select post_id from held_post where author_id = :author_id and state = 'waiting'
        order by post_id limit :limit
        """,
        author_id=author_id,
        limit=HELD_PER_HOST_MAX,
    )
    return [row["post_id"] for row in rows]


def waiting_at(tx: Tx, host: str) -> list[int]:
    """The posts of one host that wait, the first to come first."""
    rows = tx.all(
        """
        select post_id from held_post where host = :host and state = 'waiting'
        order by post_id limit :limit
        """,
        host=host,
        limit=HELD_PER_HOST_MAX,
    )
    return [row["post_id"] for row in rows]


def put_decision(tx: Tx, post_id: int, state: State, by_id: int | None, now: int) -> None:
    """Note what was decided about a held post, and by whom; once let through, it is passed on."""
    tx.run(
        """
        update held_post
        set state = :state, decided_at = :now, decided_by = :by_id,
            verbatim = case when :state = 'passed' then null else verbatim end
        where post_id = :post_id
        """,
        post_id=post_id,
        state=state,
        by_id=by_id,
        now=now,
    )


def old_held(tx: Tx, now: int, limit: int) -> list[int]:
    """Posts held for thirty days and not let through, whose authors nobody here follows."""
    rows = tx.all(
        """
        select h.post_id from held_post h
        where h.state <> 'passed' and h.held_at < :before
          and not exists (select 1 from follow f join actor ours on ours.id = f.follower_id
                          where f.followed_id = h.author_id and f.state = 'accepted'
                            and ours.local = 1)
        order by h.held_at limit :limit
        """,
        before=now - HELD_S,
        limit=limit,
    )
    return [row["post_id"] for row in rows]


def leave_old(tx: Tx, now: int) -> int:
    """Take what waited for thirty days off the list; followers keep what they see. How many."""
    return tx.run(
        """
        update held_post set state = 'left', verbatim = null
        where state = 'waiting' and held_at < :before
        """,
        before=now - HELD_S,
    )


def forget_verbatim(tx: Tx, post_id: int) -> None:
    """A held post is for some only now: no community passes on the activity that brought it."""
    tx.run("update held_post set verbatim = null where post_id = :post_id", post_id=post_id)


def vouch_for(tx: Tx, by: Actor, iri: str) -> None:
    """Somebody whom people here follow shows a stranger's post: it waits for a look no longer.

    One for a community of ours waits on: those who look after it decide.
    """
    if follows_any(tx, by.id):
        tx.run(
            """
            delete from held_post
            where post_id = (select id from post where iri = :iri) and state = 'waiting'
              and reason = 'stranger' and verbatim is null
            """,
            iri=iri,
        )


def drop_held(tx: Tx, post_id: int) -> None:
    """Forget that a post was held."""
    tx.run("delete from held_post where post_id = :post_id", post_id=post_id)
