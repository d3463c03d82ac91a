"""What the author of a post on another node lets our people do with it, and what not.

Source: GoToSocial documentation, federation, "Interaction policy".
"""

from typing import Literal

from node.base.errors import NotAllowed
from node.db.tx import Tx
from node.topics.actors.store import Actor
from node.topics.members.store import follow_between
from node.topics.posts.recipients import recipients_of
from node.topics.posts.rules import Circle, is_let
from node.topics.posts.store import Post

Interaction = Literal["like", "reply", "announce"]
SENTENCES: dict[Interaction, str] = {
    "like": "Who wrote this lets only some people like it.",
    "reply": "Who wrote this lets only some people answer it.",
    "announce": "Who wrote this lets only some people pass it on.",
}


def check_is_let(tx: Tx, post: Post, author: Actor, me: Actor, interaction: Interaction) -> None:
    """Raise NotAllowed unless the author of a post lets `me` do something with it.

    Whom a post names may always answer it. Their node would drop what we sent, and our people
    would wait for an answer that never comes.
    """
    named = getattr(post.policy, interaction) if post.policy else None
    if named is None or is_let(named, circle_of(tx, author, me)):
        return
    is_named = interaction == "reply" and me.id in dict(recipients_of(tx, post.id))
    if not is_named:
        raise NotAllowed(SENTENCES[interaction])


def circle_of(tx: Tx, author: Actor, me: Actor) -> Circle:
    """What `me` is to an author: themselves, a follower, somebody followed."""
    ours = follow_between(tx, me.id, author.id)
    theirs = follow_between(tx, author.id, me.id)
    collections = (
        author.followers if ours and ours.is_accepted else None,
        author.following if theirs and theirs.is_accepted else None,
    )
    return Circle(
        mine=me.iri,
        collections=tuple(iri for iri in collections if iri),
        is_author=author.id == me.id,
    )
