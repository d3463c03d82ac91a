"""The activities we send, as JSON."""

from collections.abc import Iterable, Mapping
from typing import Any

from federation.documents.actor import Actor, render_actor
from federation.documents.contexts import AS2, POST_CONTEXT
from federation.documents.post import Post, render_post
from federation.documents.shapes import render_instant, without_nothing

Json = dict[str, Any]


def render_create(iri: str, post: Post) -> Json:
    """Create of a post by its author, addressed like the post."""
    return about_post(iri, "Create", post, post.published)


def render_update(iri: str, post: Post) -> Json:
    """Update of a post by its author, addressed like the post."""
    return about_post(iri, "Update", post, post.updated)


def about_post(iri: str, kind: str, post: Post, at: int | None) -> Json:
    return without_nothing(
        {
            "@context": POST_CONTEXT,
            "id": iri,
            "type": kind,
            "actor": post.author,
            "to": list(post.to),
            "cc": list(post.cc),
            "audience": post.audience,
            "published": render_instant(at) if at is not None else None,
            "object": render_post(post),
        }
    )


def render_update_actor(iri: str, actor: Actor, to: Iterable[str]) -> Json:
    """Update of an actor by itself."""
    document = render_actor(actor)
    context = document.pop("@context")
    update = render_activity(iri, "Update", actor.iri, document, to=to)
    return update | {"@context": context}


def render_delete(
    iri: str, actor: str, target: str, *, to: Iterable[str], cc: Iterable[str] = ()
) -> Json:
    """Delete of something by its owner; a Tombstone stands for it."""
    return render_activity(iri, "Delete", actor, {"id": target, "type": "Tombstone"}, to=to, cc=cc)


def render_follow(iri: str, actor: str, target: str) -> Json:
    """Follow of an actor, or the asking to join a group."""
    return render_activity(iri, "Follow", actor, target, to=[target])


def render_accept(iri: str, actor: str, follow: Mapping[str, Any], *, to: Iterable[str]) -> Json:
    """Yes to a Follow, which stands inside, for peers that look it up by what it says."""
    return render_activity(iri, "Accept", actor, bare(follow), to=to)


def render_reject(iri: str, actor: str, follow: Mapping[str, Any], *, to: Iterable[str]) -> Json:
    """No to a Follow, which stands inside."""
    return render_activity(iri, "Reject", actor, bare(follow), to=to)


def render_undo(
    iri: str,
    actor: str,
    undone: Mapping[str, Any],
    *,
    to: Iterable[str],
    cc: Iterable[str] = (),
) -> Json:
    """The taking back of an activity, which stands inside."""
    return render_activity(iri, "Undo", actor, bare(undone), to=to, cc=cc)


def render_like(iri: str, actor: str, target: str, *, to: Iterable[str]) -> Json:
    """A favour of a post."""
    return render_activity(iri, "Like", actor, target, to=to)


def render_vote(iri: str, actor: str, question: str, *, author: str, choice: str) -> Json:
    """A vote for one choice of a Question, for its author alone: a Note with a name and no words.

    Source: Mastodon documentation, ActivityPub, "Poll specific properties"; FEP-9967.
    """
    note = {
        "id": f"{iri}#vote",
        "type": "Note",
        "name": choice,
        "attributedTo": actor,
        "to": [author],
        "inReplyTo": question,
    }
    return render_activity(iri, "Create", actor, note, to=[author])


def render_announce(
    iri: str,
    actor: str,
    target: str | Mapping[str, Any],
    *,
    to: Iterable[str],
    cc: Iterable[str] = (),
    published: int | None = None,
) -> Json:
    """A boost of a post by its iri, or an activity that a group passes on (FEP-1b12)."""
    made = render_activity(iri, "Announce", actor, target, to=to, cc=cc)
    return made | ({"published": render_instant(published)} if published is not None else {})


def render_tombstone(iri: str) -> Json:
    """What is answered where something was deleted."""
    return {"@context": AS2, "id": iri, "type": "Tombstone"}


def render_activity(
    iri: str,
    kind: str,
    actor: str,
    target: str | Mapping[str, Any],
    *,
    to: Iterable[str],
    cc: Iterable[str] = (),
) -> Json:
    """An activity of ours; what it is about is an iri or an object."""
    return {
        "@context": AS2,
        "id": iri,
        "type": kind,
        "actor": actor,
        "to": list(to),
        "cc": list(cc),
        "object": target,
    }


def bare(document: Mapping[str, Any]) -> Json:
    return {key: value for key, value in document.items() if key != "@context"}
