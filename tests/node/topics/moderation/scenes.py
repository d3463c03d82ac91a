"""A community of ours and one elsewhere, with those who look after them."""

import json
from dataclasses import dataclass, replace
from typing import Any

from federation import documents
from node.arrivals.apply_context import ApplyContext
from node.db.tx import Tx
from node.inbox.handlers import HANDLERS
from node.topics.actors.store import Actor
from node.topics.communities.store import put_role
from node.topics.members.actions import follow
from node.topics.members.store import accept_stored, follow_between
from node.topics.permissions.rules import Role
from node.topics.posts.store import Post, post_by_id, post_by_iri
from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft
from node.topics.publishing.receive import store_fetched_post
from node.topics.publishing.receive_announce import receive_announced
from tests.neighbours import NOW, add_group, add_neighbour, add_person, note, sent

LEMMY = "https://lemmy.example"
OTHER = "https://other.example"
VALLEY = f"{LEMMY}/people/valley"


@dataclass(frozen=True)
class Ours:
    """`ann` organises walkers, which is ours; `mia` of valley.example moderates it; `rose` not."""

    ann: Actor
    ben: Actor
    mia: Actor
    rose: Actor
    walkers: Actor
    post: Post
    """By rose, in walkers."""


def ours(tx: Tx) -> Ours:
    ann, ben = add_person(tx, "ann"), add_person(tx, "ben")
    mia, rose = add_neighbour(tx, "mia"), add_neighbour(tx, "rose")
    walkers = add_group(tx, "walkers", ann)
    put_role(tx, walkers.id, mia.id, Role.MODERATOR, NOW)
    follow(tx, ben, walkers, NOW)
    post = write(tx, rose, walkers, "hello walkers")
    clear_outbox(tx)
    return Ours(ann, ben, mia, rose, walkers, post)


@dataclass(frozen=True)
class Theirs:
    """`valley` is a community of lemmy.example that ann follows; `otto` of that node wrote in it.

    `rose` of valley.example wrote in it as well, and ann.
    """

    ann: Actor
    otto: Actor
    rose: Actor
    valley: Actor
    post: Post
    roses: Post
    anns: Post


def add_valley(tx: Tx) -> Actor:
    return add_neighbour(
        tx,
        "valley",
        LEMMY,
        kind="Group",
        featured=f"{VALLEY}/featured",
        moderators=f"{VALLEY}/moderators",
    )


def theirs(tx: Tx) -> Theirs:
    ann, valley = add_person(tx, "ann"), add_valley(tx)
    otto, rose = add_neighbour(tx, "otto", LEMMY), add_neighbour(tx, "rose")
    follow(tx, ann, valley, NOW)
    accept_stored(tx, follow_between(tx, ann.id, valley.id).id, NOW)
    post = write(tx, otto, valley, "by otto")
    roses = write(tx, rose, valley, "by rose")
    made = publish(tx, ann, Draft(text=f"mine @valley@{valley.host}"), NOW)
    clear_outbox(tx)
    return Theirs(ann, otto, rose, valley, post, roses, post_by_id(tx, made))


def write(tx: Tx, author: Actor, group: Actor, text: str, **changes: Any) -> Post:
    """A post of another node in a community: sent to ours, announced by one elsewhere."""
    to = (group.iri, documents.PUBLIC)
    document = note(author, text, to=to, audience=group.iri, **changes)
    if group.local:
        receive(tx, sent(documents.Create, author, document))
    else:
        fetch_announced(tx, group, author, document)
    return post_by_iri(tx, document.iri)


def fetch_announced(tx: Tx, group: Actor, author: Actor, document: documents.Post) -> None:
    """A post that a community elsewhere announced, and that was fetched then."""
    store_fetched_post(tx, document, NOW)
    create = sent(documents.Create, author, document.iri)
    receive_announced(tx, group, create, ApplyContext(NOW, {}, {}))


def clear_outbox(tx: Tx) -> None:
    tx.run("delete from delivery where id > 0")
    tx.run("delete from outbox_entry where id > 0")


def receive(tx: Tx, activity: Any, fetched: Any = None, verbatim: Any = None) -> None:
    context = ApplyContext(NOW, fetched or {}, verbatim or {"id": activity.iri, "type": "Verbatim"})
    HANDLERS[type(activity)](tx, activity, context)


def announced(group: Actor, *inner: Any, number: int = 0) -> documents.Announce:
    """What a community passes on: one thing, or several at once."""
    iri = f"{group.iri}/announce/{abs(hash(tuple(one.iri for one in inner)))}/{number}"
    return documents.Announce(
        iri=iri, actor=group.iri, object=inner[0] if len(inner) == 1 else inner
    )


def verb(name: str, by: Actor, group: Actor, post: Post, person: Actor) -> Any:
    """Each moderator's verb, as `by` says it."""
    kinds = {
        "pin": sent(documents.Add, by, post.iri, target=group.featured),
        "unpin": sent(documents.Remove, by, post.iri, target=group.featured),
        "appoint": sent(documents.Add, by, person.iri, target=group.moderators),
        "dismiss": sent(documents.Remove, by, person.iri, target=group.moderators),
        "lock": sent(documents.Lock, by, post.iri, summary="enough"),
        "remove": sent(documents.Delete, by, post.iri, summary="off topic"),
        "ban": sent(documents.Block, by, person.iri, target=group.iri, summary="spam"),
    }
    made = replace(kinds[name], audience=group.iri)
    return replace(made, iri=f"{by.iri}/{name}/{abs(hash(post.iri + person.iri))}")


def undo(by: Actor, done: Any, **changes: Any) -> documents.Undo:
    return sent(documents.Undo, by, done, **changes)


@dataclass(frozen=True)
class State:
    """What the verbs change."""

    pinned: tuple[int, ...]
    locked: bool
    hidden: bool
    banned: bool
    moderates: bool


def state(tx: Tx, group: Actor, post: Post, person: Actor) -> State:
    def count(sql: str, **params: Any) -> int:
        return tx.one(sql, **params)["n"]

    rows = tx.all("select post_id from pin where owner_id = :id order by post_id", id=group.id)
    row = tx.one("select locked_at, removed_in, deleted_at from post where id = :id", id=post.id)
    return State(
        tuple(one["post_id"] for one in rows),
        row["locked_at"] is not None,
        row["removed_in"] is not None and row["deleted_at"] is not None,
        count(
            "select count(*) as n from ban where group_id = :g and person_id = :p",
            g=group.id,
            p=person.id,
        )
        == 1,
        count(
            """
            select (select count(*) from membership where community_id = :g and actor_id = :p
                    and role in ('moderator', 'organiser'))
                + (select count(*) from group_moderator where group_id = :g
                    and actor_iri = :iri) as n
            """,
            g=group.id,
            p=person.id,
            iri=person.iri,
        )
        == 1,
    )


UNTOUCHED = State((), False, False, False, False)
VERBS = ("pin", "appoint", "lock", "remove", "ban")
BACK = {"pin": "unpin", "appoint": "dismiss"}
"""What takes a verb back, where an Undo of it does not."""


def after(name: str, post: Post) -> State:
    """What has become of a community once a verb was done to a post and somebody in it."""
    changes: dict[str, Any] = {
        "pin": {"pinned": (post.id,)},
        "appoint": {"moderates": True},
        "lock": {"locked": True},
        "remove": {"hidden": True},
        "ban": {"banned": True},
    }
    return replace(UNTOUCHED, **changes[name])


def outbox(tx: Tx) -> list[dict[str, Any]]:
    return [
        dict(row) for row in tx.all("select kind, body, object_iri from outbox_entry order by id")
    ]


def passed_on(tx: Tx) -> list[dict[str, Any]]:
    """What communities of ours announced of what others did; their own boosts are left out."""
    bodies = [json.loads(one["body"]) for one in outbox(tx) if one["kind"] == "Announce"]
    return [body for body in bodies if isinstance(body["object"], dict)]


def boosts_said(tx: Tx, post: Post) -> list[tuple[str, str]]:
    """How a community of ours showed a post and took that back: the verb, and the boost's id."""
    said = []
    for body in (json.loads(one["body"]) for one in outbox(tx)):
        inner = body["object"]
        if body["type"] == "Announce" and inner == post.iri:
            said.append(("Announce", body["id"]))
        if body["type"] == "Undo" and inner["type"] == "Announce" and inner["object"] == post.iri:
            said.append(("Undo", inner["id"]))
    return said
