"""Actors as the client API shows them: `Account` entities."""

from collections.abc import Iterable

from node.api.account_pictures import pictures_for
from node.api.auth import Requester
from node.base.instants import day, instant
from node.db.tx import Tx
from node.http.responses import Entity
from node.topics.actors.counts import Counts
from node.topics.actors.moved import new_homes
from node.topics.actors.store import Actor, Emoji

DAY_S = 86_400
SELF_MADE = frozenset(("Service", "Application"))


def account_entities(tx: Tx, actors: Iterable[Actor], requester: Requester) -> dict[int, Entity]:
    """The `Account` of each actor, by id; of one who moved it holds that of the new address."""
    listed = {actor.id: actor for actor in actors}
    homes = new_homes(tx, listed.values())
    shown = listed | {home.id: home for home in homes.values()}
    counts = requester.counts.of(tx, list(shown), requester.now)
    pictures = pictures_for(tx, shown.values(), requester)
    entities = {
        actor.id: account_entity(actor, counts.get(actor.id, Counts()), pictures[actor.id])
        for actor in shown.values()
    }
    return {
        one: entities[one] | ({"moved": entities[homes[one].id]} if one in homes else {})
        for one in listed
    }


def account_entity(actor: Actor, counts: Counts, pictures: Entity) -> Entity:
    """An `Account`, the same for every reader but for the `pictures` of a hidden community; a
    community is one with `group` set.

    How many follow and are followed is told of our communities alone (T87). Of people of other
    nodes we know only who of ours follows them, which is nobody else's affair. A community
    elsewhere may say of itself how many follow it.
    """
    are_shown = actor.is_group and actor.local
    followers = counts.followers if are_shown else counts.claimed_followers
    return {
        "id": str(actor.id),
        "username": actor.name,
        "acct": actor.acct,
        "url": actor.url,
        "uri": actor.iri,
        "display_name": actor.title,
        "note": actor.summary,
        "avatar_description": "",
        "header_description": "",
        "locked": actor.approves_followers,
        "bot": actor.kind in SELF_MADE,
        "group": actor.is_group,
        "discoverable": actor.discoverable,
        "indexable": actor.indexable,
        "noindex": not actor.indexable,
        "hide_collections": True,
        "fields": [field_entity(label, text) for label, text in actor.fields],
        "emojis": [emoji_entity(one) for one in actor.emojis],
        "roles": [],
        "created_at": instant(actor.created_at // DAY_S * DAY_S),
        "last_status_at": day(counts.last_post_at),
        "statuses_count": counts.posts,
        "followers_count": followers,
        "following_count": counts.following if are_shown else 0,
    } | pictures


def own_account_entity(tx: Tx, actor: Actor, requester: Requester) -> Entity:
    """One's own `Account`, with how many follow and are followed."""
    counts = requester.counts.of(tx, [actor.id], requester.now).get(actor.id, Counts())
    own = {"followers_count": counts.followers, "following_count": counts.following}
    return account_entities(tx, [actor], requester)[actor.id] | own


def emoji_entity(emoji: Emoji) -> Entity:
    """A `CustomEmoji` of another node; nobody here can pick it."""
    return {
        "shortcode": emoji.shortcode,
        "url": emoji.url,
        "static_url": emoji.url,
        "visible_in_picker": False,
    }


def field_entity(label: str, text: str) -> Entity:
    return {"name": label, "value": text, "verified_at": None}
