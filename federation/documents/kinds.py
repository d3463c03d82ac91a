"""The kinds of things that actors do: one value each."""

from dataclasses import dataclass

from federation.documents.actor import Actor
from federation.documents.introduction import Introduction
from federation.documents.post import Post
from federation.documents.tombstone import Tombstone


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """Something an actor did. `to` and `cc` are as written, with Public in its full form."""

    iri: str
    actor: str
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    audience: str | None = None
    published: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Create(Activity):
    """Published something; where it may not be believed, only its iri is left.

    `also` are further posts in the same message: several choices in one poll.
    """

    object: Post | Tombstone | str
    also: tuple[Post, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Update(Activity):
    """Changed something of theirs."""

    object: Post | Actor | Tombstone | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delete(Activity):
    """Deleted something; a `summary` is a moderator's reason (FEP-1b12).

    `with_replies` means what answers it as well (Lemmy). `receipt_to` is the actor of a node that
    wants to hear what became of it (`receiptTo`, a term of our own).
    """

    object: str
    summary: str | None = None
    with_replies: bool = False
    receipt_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo(Activity):
    """Took back what they did; `restores` is for what a ban had removed (Lemmy)."""

    object: "Activity | str"
    summary: str | None = None
    restores: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow(Activity):
    """Asked to follow an actor, or to join a group."""

    object: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Accept(Activity):
    """Said yes to a Follow, or to a QuoteRequest, whose stamp `result` then is (FEP-044f), or to a
    Delete: `receipt` says then what became of it (a term of our own)."""

    object: Follow | str
    result: str | None = None
    receipt: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject(Activity):
    """Said no to a Follow, or no longer; to a Delete; or, a community, to a post, whose Create it
    is then about, with the reason as `content`."""

    object: Follow | str
    content: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteRequest(Activity):
    """Asked the author of a post that the one at `instrument` may quote it (FEP-044f)."""

    object: str
    instrument: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Announce(Activity):
    """Boosted a post, or, as a group, passed on an activity (FEP-1b12)."""

    object: "Activity | Post | str | tuple[Activity | Post | str, ...]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Like(Activity):
    """Favoured a post."""

    object: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EmojiReact(Activity):
    """Favoured a post with a little picture (FEP-c0e0)."""

    object: str
    content: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dislike(Activity):
    """Voted against a post."""

    object: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Affiliation:
    """What a person is to a group: `admin`, `moderator`, `member`, `outcast` (FEP-5219)."""

    person: str
    group: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Add(Activity):
    """Put something into a collection."""

    object: str
    target: str
    affiliation: Affiliation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remove(Activity):
    """Took something out of a collection."""

    object: str
    target: str
    affiliation: Affiliation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Block(Activity):
    """Shut somebody out, of a group if there is a `target`, until `ends_at` if there is one.

    `removes` means that what they wrote in the group goes as well.
    """

    object: str
    target: str | None = None
    summary: str | None = None
    ends_at: int | None = None
    removes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock(Activity):
    """Closed a conversation to answers."""

    object: str
    summary: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag(Activity):
    """Reported actors and posts."""

    objects: tuple[str, ...]
    content: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer(Activity):
    """Offered something: here, to introduce a node; of anything else only the iri is read."""

    object: Introduction | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Join(Activity):
    """Asked to be a member of a group (Mobilizon, FEP-5219)."""

    object: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave(Activity):
    """Is a member of a group no longer."""

    object: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Invite(Activity):
    """Asked somebody, the `target`, to become a member of the group that is the object."""

    object: str
    target: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Move(Activity):
    """Said that an actor now lives elsewhere."""

    object: str
    target: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Other(Activity):
    """An activity of a kind we do not know; it is kept as nothing."""

    kind: str
    object: str | None = None
