"""The activities we send, as JSON."""

from collections.abc import Iterable, Mapping
from typing import Any

from federation.documents.actor import Actor, render_actor
from federation.documents.contexts import (
    AS2,
    POST_CONTEXT,
    QUOTE_REQUEST_CONTEXT,
    RECEIPT_CONTEXT,
    RECEIPT_TERMS,
    TOMBSTONE_CONTEXT,
)
from federation.documents.kinds import QuoteRequest
from federation.documents.post import Post, render_post
from federation.documents.shapes import render_instant, without_nothing
from federation.documents.tombstone import Tombstone, render_tombstone

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
    iri: str,
    actor: str,
    target: Tombstone | str,
    *,
    to: Iterable[str],
    cc: Iterable[str] = (),
    audience: str | None = None,
    receipt_to: str | None = None,
) -> Json:
    """Delete of something: by its owner, with its Tombstone inside (FEP-4f05), or by its iri.

    `receipt_to` is the actor of the node that wants to hear what becomes of it elsewhere.
    """
    inner = target if isinstance(target, str) else render_tombstone(target, with_context=False)
    made = render_activity(iri, "Delete", actor, inner, to=to, cc=cc, audience=audience)
    context = [AS2] if isinstance(target, str) else TOMBSTONE_CONTEXT
    if receipt_to is not None:
        context = [*context, RECEIPT_TERMS]
        made |= {"receiptTo": receipt_to}
    return made | {"@context": context if len(context) > 1 else AS2}


def render_receipt(iri: str, actor: str, delete: str, receipt: str, *, to: str) -> Json:
    """What a node says became of what a Delete was about: it is `removed`, or was `neverHad`."""
    made = render_activity(iri, "Accept", actor, delete, to=[to])
    return made | {"@context": RECEIPT_CONTEXT, "receipt": receipt}


def render_follow(iri: str, actor: str, target: str) -> Json:
    """Follow of an actor, or the asking to join a group."""
    return render_activity(iri, "Follow", actor, target, to=[target])


def render_accept(iri: str, actor: str, follow: Mapping[str, Any], *, to: Iterable[str]) -> Json:
    """Yes to a Follow, which stands inside, for peers that look it up by what it says."""
    return render_activity(iri, "Accept", actor, bare(follow), to=to)


def render_reject(iri: str, actor: str, follow: Mapping[str, Any], *, to: Iterable[str]) -> Json:
    """No to a Follow, which stands inside."""
    return render_activity(iri, "Reject", actor, bare(follow), to=to)


def render_reject_create(
    iri: str, actor: str, create_iri: str, *, reason: str, to: Iterable[str]
) -> Json:
    """A community does not take a post, and says why in plain words."""
    return render_activity(iri, "Reject", actor, create_iri, to=to) | {"content": reason}


def render_undo(
    iri: str,
    actor: str,
    undone: Mapping[str, Any],
    *,
    to: Iterable[str],
    cc: Iterable[str] = (),
) -> Json:
    """The taking back of an activity, which stands inside, for the audience that it had."""
    audience = undone.get("audience")
    return render_activity(iri, "Undo", actor, bare(undone), to=to, cc=cc, audience=audience)


def render_like(
    iri: str, actor: str, target: str, *, to: Iterable[str], audience: str | None = None
) -> Json:
    """A favour of a post; `audience` is the community that the post belongs to."""
    return render_activity(iri, "Like", actor, target, to=to, audience=audience)


def render_block(iri: str, actor: str, target: str) -> Json:
    """Notice by a person to the home of another that they want nothing more of them."""
    return render_activity(iri, "Block", actor, target, to=[target])


def render_quote_request(iri: str, actor: str, *, quoted: str, author: str, quoting: Post) -> Json:
    """The asking of a post's author that `quoting`, which stands inside, may quote it.

    Source: FEP-044f.
    """
    asked = render_activity(iri, "QuoteRequest", actor, quoted, to=[author])
    inner = {"instrument": render_post(quoting)}
    return asked | inner | {"@context": [*POST_CONTEXT, *QUOTE_REQUEST_CONTEXT[1:]]}


def render_quote_answer(
    iri: str, actor: str, request: QuoteRequest, *, stamp: str | None, to: Iterable[str]
) -> Json:
    """Yes to a QuoteRequest, with the address of the stamp; no where there is none (FEP-044f)."""
    inner = {
        "id": request.iri,
        "type": "QuoteRequest",
        "actor": request.actor,
        "object": request.object,
        "instrument": request.instrument,
    }
    answer = render_activity(iri, "Accept" if stamp else "Reject", actor, inner, to=to)
    result = {"result": stamp} if stamp else {}
    return answer | result | {"@context": QUOTE_REQUEST_CONTEXT}


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


def render_move(iri: str, actor: str, target: str, *, to: Iterable[str]) -> Json:
    """Notice by an actor that it lives at `target` now (FEP-7628)."""
    return render_activity(iri, "Move", actor, actor, to=to) | {"target": target}


def render_activity(
    iri: str,
    kind: str,
    actor: str,
    target: str | Mapping[str, Any],
    *,
    to: Iterable[str],
    cc: Iterable[str] = (),
    audience: str | None = None,
) -> Json:
    """An activity of ours; what it is about is an iri or an object."""
    return without_nothing(
        {
            "@context": AS2,
            "id": iri,
            "type": kind,
            "actor": actor,
            "to": list(to),
            "cc": list(cc),
            "audience": audience,
            "object": target,
        }
    )


def bare(document: Mapping[str, Any]) -> Json:
    return {key: value for key, value in document.items() if key != "@context"}
