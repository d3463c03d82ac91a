"""Who finds a post by its words: in what circles of readers it stands, and whose circles one is in.

Authors who did not agree to be found (`indexable`, FEP-5feb) are found only by those who follow
them, by those who share the community that it was written in, and by those whom it names. Whether
somebody may see a post, `rules.may_see` says; this says whether searching leads there. Pure.
"""

from collections.abc import Iterable
from dataclasses import dataclass

EVERYBODY, OUR_NODE = "everybody", "node"
NAMED_MAX = 50


@dataclass(frozen=True, slots=True)
class Findable:
    """What decides who finds a post. `named` are people of ours whom it names or is for."""

    visibility: str
    author_id: int
    is_indexable: bool
    community_id: int | None
    named: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Finder:
    """Somebody of ours who searches: whom they follow, and of which communities they are members.

    `groups` are communities that they follow or are members of: they get what is said there.
    """

    actor_id: int
    follows: tuple[int, ...] = ()
    groups: tuple[int, ...] = ()
    memberships: tuple[int, ...] = ()


def circles_of_post(post: Findable) -> frozenset[str]:
    """The circles that find a post. One whose visibility is not known here only its author finds.

    What is for members alone stands in their circle and in no other: whoever is not in it must not
    even come near it.
    """
    own = {of_person(post.author_id)}
    named = {of_person(one) for one in post.named[:NAMED_MAX]}
    if post.visibility in ("public", "node") and post.is_indexable:
        return frozenset({EVERYBODY if post.visibility == "public" else OUR_NODE})
    if post.visibility in ("public", "unlisted", "node"):
        group = {of_group(post.community_id)} if post.community_id is not None else set()
        return frozenset({of_followers(post.author_id)} | group | named)
    if post.visibility == "followers":
        return frozenset({of_followers(post.author_id)} | named)
    if post.visibility == "direct":
        return frozenset(own | named)
    if post.visibility == "members" and post.community_id is not None:
        return frozenset(own | {of_members(post.community_id)})
    return frozenset(own)


def circles_of_finder(finder: Finder) -> frozenset[str]:
    """The circles that somebody is in."""
    return frozenset(
        {EVERYBODY, OUR_NODE, of_person(finder.actor_id), of_followers(finder.actor_id)}
        | set(map(of_followers, finder.follows))
        | set(map(of_group, finder.groups))
        | set(map(of_members, finder.memberships))
    )


def may_find(post: Findable, circles: Iterable[str]) -> bool:
    """Whether searching leads somebody who is in those circles to a post."""
    return not circles_of_post(post).isdisjoint(circles)


def of_person(actor_id: int) -> str:
    return f"person {actor_id}"


def of_followers(actor_id: int) -> str:
    return f"followers {actor_id}"


def of_group(group_id: int) -> str:
    return f"group {group_id}"


def of_members(group_id: int) -> str:
    return f"members {group_id}"
