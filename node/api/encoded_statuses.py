"""Statuses as they were last encoded, so that a timeline is mostly joined bytes.

What is the same for every reader is kept, at most five minutes, and made as for a visitor; what a
reader did with a post stands in its last few members and is written anew each time, and so are the
addresses of its pictures where not everybody may see them (T69). Who may see a post is asked of the
store each time as well.
"""

from collections.abc import Iterable
from dataclasses import replace

import msgspec

from node.api.auth import Requester
from node.api.caches import StatusCache
from node.api.personal_media import personal_media
from node.api.status_entity import own_part, status_entities
from node.db.tx import Tx
from node.http.responses import Entity, encode
from node.topics.permissions.clinics import CLINIC
from node.topics.posts.views import Glimpse, post_glimpses, post_views

KEPT_S = 300


class Shown:
    """One status for one reader: as bytes to join, or as an entity to put into another."""

    def __init__(self, entity: Entity, start: bytes, glimpse: Glimpse, own: Entity) -> None:
        self._entity, self._start, self._glimpse = entity, start, glimpse
        self._own = own

    def entity(self) -> Entity:
        """The whole `Status`."""
        return self._entity | self._personal()

    def raw(self) -> msgspec.Raw:
        """The whole `Status`, encoded."""
        if self._glimpse.hides_quote or self._own:
            return msgspec.Raw(encode(self.entity()))
        return msgspec.Raw(self._start + b"," + encode(self._personal())[1:])

    def _personal(self) -> Entity:
        seen, poll = self._glimpse, self._entity["poll"]
        no_quote: Entity = {"quote": None} if seen.hides_quote else {}
        return (
            no_quote
            | self._own
            | {
                "poll": poll | own_part(seen.own_votes) if poll else None,
                "favourited": seen.favourited,
                "reblogged": seen.boosted,
                "bookmarked": seen.bookmarked,
                "replies_count": seen.answers,
            }
        )


def shown_statuses(tx: Tx, ids: Iterable[int], requester: Requester) -> dict[int, Shown]:
    """The status of each post that the asker may see, by post id."""
    glimpses = post_glimpses(tx, list(ids), requester.reader)
    age = requester.now // KEPT_S
    stamps = {
        one: (seen.version, seen.author_version, *seen.quoted, age)
        for one, seen in glimpses.items()
    }
    kept = kept_for(requester)
    found = {one: kept.get(one, stamp) for one, stamp in stamps.items()}
    missing = [one for one, known in found.items() if known is None]
    if missing:
        views = post_views(tx, missing, requester.reader, with_all_quotes=True)
        for_all = replace(requester, person=None)
        for one, entity in status_entities(tx, list(views.values()), for_all).items():
            found[one] = kept.put(one, stamps[one], entity)
    shown = {one: known for one, known in found.items() if known is not None}
    entities = {one: entity for one, (entity, _) in shown.items()}
    own = personal_media(tx, requester, entities, [one for one in shown if glimpses[one].is_open])
    return {one: Shown(*known, glimpses[one], own.get(one, {})) for one, known in shown.items()}


def kept_for(requester: Requester) -> StatusCache:
    """Where what is the same for every reader is kept; an organisation is told other counts."""
    reader = requester.reader
    return StatusCache() if reader is not None and reader.kind == CLINIC else requester.statuses
