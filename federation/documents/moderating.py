"""What those who look after a group say, as JSON in the shape that Lemmy, PieFed and Mbin read.

Source: FEP-1b12. The terms that ActivityStreams lacks stand inline (protocol digest, section 11);
`expires` means what Lemmy's own context says it does.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from federation.documents.contexts import AS2
from federation.documents.shapes import PUBLIC, render_instant, without_nothing

Json = dict[str, Any]
MODERATION_CONTEXT: list[Any] = [
    AS2,
    {
        "lemmy": "https://join-lemmy.org/ns#",
        "Lock": "lemmy:Lock",
        "removeData": "lemmy:removeData",
        "restoreData": "lemmy:restoreData",
        "withReplies": "lemmy:withReplies",
        "expires": "as:endTime",
    },
]


def render_moderation(iri: str, kind: str, actor: str, group: str, target: object) -> Json:
    """A verb of `actor`, who looks after `group`, about `target`."""
    return {
        "@context": MODERATION_CONTEXT,
        "id": iri,
        "type": kind,
        "actor": actor,
        "to": [PUBLIC],
        "cc": [group],
        "object": target,
        "audience": group,
    }


def render_add(iri: str, actor: str, group: str, target: str, collection: str) -> Json:
    """The pinning of a post, or the naming of a moderator: what is put where says which."""
    return render_moderation(iri, "Add", actor, group, target) | {"target": collection}


def render_remove(iri: str, actor: str, group: str, target: str, collection: str) -> Json:
    """The taking out of what was put there."""
    return render_moderation(iri, "Remove", actor, group, target) | {"target": collection}


def render_lock(iri: str, actor: str, group: str, target: str, reason: str | None = None) -> Json:
    """The closing of a conversation to answers."""
    made = render_moderation(iri, "Lock", actor, group, target)
    return without_nothing(made | {"summary": reason})


def render_removal(
    iri: str, actor: str, group: str, target: str, reason: str, *, with_replies: bool = False
) -> Json:
    """A Delete by who looks after a group: its summary, though empty, tells it from an author's."""
    made = render_moderation(iri, "Delete", actor, group, target) | {"summary": reason}
    return made | ({"withReplies": True} if with_replies else {})


def render_ban(
    iri: str,
    actor: str,
    group: str,
    person: str,
    *,
    reason: str | None,
    ends_at: int | None,
    removes: bool,
) -> Json:
    """The ban of a person from a group; older software reads `expires`, newer `endTime`."""
    end = render_instant(ends_at) if ends_at is not None else None
    made = render_moderation(iri, "Block", actor, group, person)
    return without_nothing(
        made
        | {
            "target": group,
            "summary": reason,
            "removeData": removes,
            "endTime": end,
            "expires": end,
        }
    )


def render_flag(iri: str, actor: str, person: str, posts: Sequence[str]) -> Json:
    """A report to the home of `person`: whom and which posts it is about, and nothing else (T99).

    Mastodon reads people and posts from one list. Where there is no post the person stands alone:
    PieFed and Lemmy read one thing.
    """
    return {
        "@context": AS2,
        "id": iri,
        "type": "Flag",
        "actor": actor,
        "to": [person],
        "cc": [],
        "object": [person, *posts] if posts else person,
    }


def render_flag_in_community(iri: str, actor: str, group: str, post: str, why: str) -> Json:
    """A report of a post to the community that it stands in, in the form that Lemmy and PieFed
    take: one thing, to one community, and why. Nothing else (T99).
    """
    return {
        "@context": AS2,
        "id": iri,
        "type": "Flag",
        "actor": actor,
        "to": [group],
        "cc": [],
        "audience": group,
        "object": post,
        "summary": why,
        "content": why,
    }


def render_appeal(iri: str, actor: str, group: str, what: str, words: str) -> Json:
    """An author asks a community to look again at what it decided: a report of their own, about the
    post that it removed or the Block that it said, in the form that Lemmy and PieFed take.
    """
    return render_flag_in_community(iri, actor, group, what, words)


def render_undo_moderation(
    iri: str, actor: str, group: str, undone: Mapping[str, Any], *, restores: bool = False
) -> Json:
    """The taking back of a verb, which stands inside as it was said."""
    inner = {key: value for key, value in undone.items() if key != "@context"}
    made = render_moderation(iri, "Undo", actor, group, inner)
    return made | ({"restoreData": True} if restores else {})
