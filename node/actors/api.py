"""Actors as the client API shows them: `Account` entities."""

from collections.abc import Iterable
from typing import Any

from aiohttp import web

from node.actors.counts import CountsKept
from node.actors.store import Actor, Counts
from node.api.reply import Entity, day, instant
from node.db.tx import Tx

COUNTS: web.AppKey[CountsKept] = web.AppKey("counts", CountsKept)
DAY_S = 86_400


def account_entity(actor: Actor, counts: Counts, origin: str) -> Entity:
    """An `Account`; a community is one with `group` set. `origin` is where our pictures are."""
    avatar = actor.icon_url or f"{origin}/static/avatar.png"
    header = actor.image_url or f"{origin}/static/header.png"
    return {
        "id": str(actor.id),
        "username": actor.name,
        "acct": actor.acct,
        "url": actor.url,
        "uri": actor.iri,
        "display_name": actor.display_name or actor.name,
        "note": actor.summary,
        "avatar": avatar,
        "avatar_static": avatar,
        "avatar_description": "",
        "header": header,
        "header_static": header,
        "header_description": "",
        "locked": actor.approves_followers,
        "bot": actor.kind in ("Service", "Application"),
        "group": actor.is_group,
        "discoverable": actor.discoverable,
        "indexable": False,
        "noindex": not actor.discoverable,
        "hide_collections": True,
        "fields": [field_entity(label, text) for label, text in actor.fields],
        "emojis": [],
        "roles": [],
        "created_at": instant(actor.created_at // DAY_S * DAY_S),
        "last_status_at": day(counts.last_post_at),
        "statuses_count": counts.posts,
        "followers_count": counts.followers,
        "following_count": counts.following,
    }


def field_entity(label: str, text: str) -> dict[str, Any]:
    return {"name": label, "value": text, "verified_at": None}


def account_entities(
    tx: Tx, actors: Iterable[Actor], kept: CountsKept, origin: str, now: int
) -> dict[int, Entity]:
    """The `Account` of each actor, by id."""
    listed = {actor.id: actor for actor in actors}
    counts = kept.of(tx, list(listed), now)
    return {
        actor.id: account_entity(actor, counts.get(actor.id, Counts()), origin)
        for actor in listed.values()
    }
