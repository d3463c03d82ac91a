"""A closed community with members on four nodes, and what happens in it, at random."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from federation import documents
from node.arrivals.apply_context import ApplyContext
from node.db.tx import Tx
from node.inbox.handlers import HANDLERS
from node.topics.actors.store import Actor
from node.topics.members.actions import Founding, follow, found_community, take_follow
from node.topics.members.activities import receive_follow
from node.topics.members.answers import accept_follow, reject_follow
from node.topics.members.copies import ask_for_purges
from node.topics.moderation.member_actions import add_moderator, ban, remove_moderator, unban
from node.topics.moderation.member_reports import Complaint, file_report
from node.topics.moderation.post_actions import lock, pin, remove, unlock, unpin
from node.topics.organising.member_actions import let_go
from node.topics.posts.store import Post, post_by_id
from node.topics.publishing.actions import delete, edit, publish
from node.topics.publishing.drafts import Draft
from node.topics.reactions.actions import boost, favourite
from tests.neighbours import KEYS, NOW, ORIGIN, add_neighbour, add_node, add_person, note, sent

HOSTS = ("vale.example", "moor.example", "fen.example")
CANARY = "canary"


@dataclass
class World:
    """hill_dee, whom everybody follows, organises `circle`, which is closed and has members on four
    nodes, and `burrow`, which is for this node alone; every name is one of a kind.

    `read_to`: the last delivery to each host that was looked at. `sent` and `given` count packets
    and documents.
    """

    tx: Tx
    random: Random
    ours: list[Actor]
    theirs: list[Actor]
    circle: Actor
    burrow: Actor
    now: int = NOW
    count: int = 0
    read_to: dict[str, int] = field(default_factory=dict)
    sent: int = 0
    given: int = 0
    faults: list[str] = field(default_factory=list)
    writers: dict[int, set[str]] = field(default_factory=dict)

    def some_post(self, *, local: int | None = None) -> Post | None:
        rows = self.tx.all(
            """
            select id from post where community_id = :circle and deleted_at is null
              and (:local is null or local = :local)
            order by id limit 400
            """,
            circle=self.circle.id,
            local=local,
        )
        return post_by_id(self.tx, self.random.choice(rows)["id"]) if rows else None


def made(tx: Tx, seed: int) -> World:
    add_node(tx)
    ours = [add_person(tx, f"hill_{name}") for name in ("dee", "ivo", "una")]
    theirs = [
        add_neighbour(tx, f"{host.partition('.')[0]}_{name}", f"https://{host}")
        for host in HOSTS
        for name in ("ada", "ben", "cyn", "dov")
    ]
    closed = {"visibility": "closed", "joining": "approval", "elsewhere": True}
    circle = found_community(tx, founding("circle", **closed), ours[0], KEYS, NOW)
    burrow = found_community(tx, founding("burrow", visibility="node"), ours[0], KEYS, NOW)
    for one in ours[1:]:
        follow(tx, one, circle, NOW)
        accept_follow(tx, circle, one, NOW)
        follow(tx, one, burrow, NOW)
    for one in theirs:
        take_follow(tx, one, ours[0], f"{one.iri}/follows/dee", NOW)
    return World(tx, Random(seed), ours, theirs, circle, burrow)


def founding(name: str, **fields: Any) -> Founding:
    return Founding(origin=ORIGIN, name=name, title=name.title(), **fields)


def ask(world: World) -> None:
    who = world.random.choice(world.theirs)
    iri = f"{who.iri}/follows/{world.count}"
    asked = documents.Follow(iri=iri, actor=who.iri, object=world.circle.iri)
    receive_follow(world.tx, asked, ApplyContext(world.now))
    if world.random.random() < 0.8:
        accept_follow(world.tx, world.circle, who, world.now)


def leave(world: World) -> None:
    reject_follow(world.tx, world.circle, world.random.choice(world.theirs), world.now)


def say(world: World) -> None:
    parent = world.some_post() if world.random.random() < 0.6 else None
    text = f"Words {world.count}" if parent else f"@circle Words {world.count}"
    draft = Draft(text=text, parent_id=parent.id if parent else None)
    publish(world.tx, world.random.choice(world.ours), draft, world.now)


def say_at_home(world: World) -> None:
    """What is for this node alone, or for one person of it."""
    author, other = world.random.sample(world.ours, 2)
    name = world.random.choice(("burrow", other.name))
    visibility = "direct" if name == other.name else "public"
    text = f"@{name} {CANARY} {world.count}"
    publish(world.tx, author, Draft(text=text, visibility=visibility), world.now)


def hear(world: World) -> None:
    """Somebody elsewhere begins a conversation or answers in one, changes it, or deletes it."""
    who, group = world.random.choice(world.theirs), world.circle
    parent = world.some_post() if world.random.random() < 0.6 else None
    iri = f"{who.iri}/notes/{world.count}"
    post = note(
        who,
        f"Heard {world.count}",
        iri=iri,
        url=iri,
        to=(group.iri, f"{group.iri}/followers"),
        cc=(),
        audience=group.iri,
        in_reply_to=parent.iri if parent else None,
    )
    receive(world, documents.Create, who, post)


def change_heard(world: World) -> None:
    post = world.some_post(local=0)
    who = next((one for one in world.theirs if post and one.id == post.author_id), None)
    if post is None or who is None:
        return
    if world.random.random() < 0.5:
        receive(world, documents.Delete, who, post.iri)
        return
    to = (world.circle.iri, f"{world.circle.iri}/followers")
    edited = note(
        who,
        "Anew",
        iri=post.iri,
        url=post.iri,
        to=to,
        cc=(),
        audience=world.circle.iri,
        updated=world.now,
    )
    receive(world, documents.Update, who, edited)


def receive(world: World, kind: Any, who: Actor, about: Any) -> None:
    """Somebody elsewhere says something; the words that came are those that are passed on."""
    iri = f"{who.iri}/{kind.__name__}/{world.count}"
    activity = sent(kind, who, about, iri=iri)
    verbatim = {
        "id": iri,
        "type": kind.__name__,
        "actor": who.iri,
        "object": getattr(about, "iri", about),
    }
    HANDLERS[kind](world.tx, activity, ApplyContext(world.now, verbatim=verbatim))


def moderate(world: World) -> None:
    tx, dee, now = world.tx, world.ours[0], world.now
    post, who = world.some_post(), world.random.choice(world.theirs)
    moderators = (add_moderator, remove_moderator)
    acts = [
        lambda: ban(tx, dee, world.circle.id, who.id, now, removes=world.random.random() < 0.5),
        lambda: unban(tx, dee, world.circle.id, who.id, now),
        lambda: world.random.choice(moderators)(tx, dee, world.circle.id, who.id, now),
    ]
    if post is not None:
        acts += [
            lambda: lock(tx, dee, post.id, "", now),
            lambda: unlock(tx, dee, post.id, now),
            lambda: pin(tx, dee, post.id, now),
            lambda: unpin(tx, dee, post.id, now),
            lambda: remove(tx, dee, post.id, "", now),
            lambda: receive(world, documents.Lock, who, post.iri),
        ]
    world.random.choice(acts)()


def change_own(world: World) -> None:
    post = world.some_post(local=1)
    if post is None:
        return
    author = next(one for one in world.ours if one.id == post.author_id)
    if world.random.random() < 0.4:
        delete(world.tx, author, post.id, world.now)
    else:
        edit(world.tx, author, post.id, Draft(text=f"@circle Changed {world.count}"), world.now)


def react(world: World) -> None:
    post = world.some_post()
    if post is not None:
        who = world.random.choice(world.ours)
        world.random.choice((favourite, boost))(world.tx, who, post.id, world.now)


def be_liked(world: World) -> None:
    post = world.some_post()
    if post is not None:
        receive(world, documents.Like, world.random.choice(world.theirs), post.iri)


def report(world: World) -> None:
    """One of ours reports a post, or somebody, and has the other place told."""
    post, who = world.some_post(), world.random.choice(world.theirs)
    about_id = post.author_id if post is not None else who.id
    posts = (post.id,) if post is not None else ()
    complaint = Complaint(about_id=about_id, post_ids=posts, words=CANARY, tells_home=True)
    file_report(world.tx, world.random.choice(world.ours), complaint, world.now)


def be_reported(world: World) -> None:
    post = world.some_post()
    if post is not None:
        who, iri = world.random.choice(world.theirs), f"{ORIGIN}/flags/{world.count}"
        flag = documents.Flag(iri=iri, actor=who.iri, objects=(post.iri,), content="Look")
        HANDLERS[documents.Flag](world.tx, flag, ApplyContext(world.now))


def send_away(world: World) -> None:
    who = world.random.choice(world.theirs)
    let_go(world.tx, world.ours[0], world.circle, who, world.now, reason="Too many")


def tidy(world: World) -> None:
    ask_for_purges(world.tx, world.now)


DEEDS: tuple[Callable[[World], None], ...] = (
    *(ask, ask, leave, say, say, say_at_home, hear, hear, hear, change_heard, moderate, moderate),
    *(change_own, react, be_liked, report, be_reported, send_away, tidy),
)
