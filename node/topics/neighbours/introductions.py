"""Introducing one neighbour to another, and answering when one is introduced to us (F06).

Node actors live at `/actor` of their host, as ours does; introductions run between such nodes.
"""

import msgspec

from federation import documents
from federation.documents.introduction import Introduction, render_introduction
from federation.origin import own_page
from federation.proofs import with_proof
from node.base.errors import Invalid, NotFound
from node.base.ids import new_id
from node.db.tx import Tx
from node.outbox.append import append_activity
from node.outbox.signing_keys import proof_key
from node.peers.rules import Policy
from node.peers.store import circle_around
from node.topics.actors.actions import new_activity_iri
from node.topics.actors.store import Actor, actor_by_iri, instance_actor
from node.topics.neighbours.actions import set_policy
from node.topics.neighbours.store import (
    Held,
    add_introduction,
    introduction_by_id,
    settle_introduction,
)

LASTS_S = 60 * 24 * 3_600
WORDS_CHARACTERS_MAX = 500
write_json = msgspec.json.Encoder().encode


def introduce(tx: Tx, one: str, other: str, words: str, now: int) -> None:
    """Introduce two of our neighbours to each other; each answers for itself.

    Raises:
        Invalid: it is the same host twice, one that we do not trust, or the words are too long.
    """
    me = instance_actor(tx)
    circle = circle_around(tx, [one, other], me.host)
    if one == other or me.host in (one, other):
        raise Invalid("Introduce two neighbours to each other.")
    if len(words) > WORDS_CHARACTERS_MAX:
        raise Invalid(f"An introduction has at most {WORDS_CHARACTERS_MAX} characters.")
    for host in (one, other):
        if circle.policy_of(host) is not Policy.TRUSTED:
            raise Invalid(f"{host} is not trusted here. Vouch only for those you trust.")
    offer(tx, me, one, other, words, now)
    offer(tx, me, other, one, words, now)


def offer(tx: Tx, me: Actor, host: str, guest_host: str, words: str, now: int) -> None:
    iri, guest, subject = new_activity_iri(me), node_iri(me, guest_host), node_iri(me, host)
    known = actor_by_iri(tx, subject)
    card = Introduction(
        iri=f"{iri}#card",
        voucher=me.iri,
        subject=subject,
        guest=guest,
        name=known.title if known else host,
        url=f"{subject.removesuffix('/actor')}/",
        words=words,
        published=now,
        expires=now + LASTS_S,
    )
    signed = with_proof(render_introduction(card), proof_key(tx, me.id), now)
    held = held_of(card, iri, guest_host, guest, host, signed, given=True, now=now)
    add_introduction(tx, held)
    say(tx, me, documents.render_activity(iri, "Offer", me.iri, signed, to=[guest]), held, now)


def held_of(
    card: Introduction,
    iri: str,
    partner_host: str,
    partner_iri: str,
    host: str,
    signed: object,
    *,
    given: bool,
    now: int,
) -> Held:
    """The row for a card that came, or goes, in the Offer at `iri`."""
    return Held(
        id=new_id(now),
        iri=iri,
        given=given,
        host=host,
        partner_host=partner_host,
        partner_iri=partner_iri,
        name=card.name[:200],
        url=own_page(card.url, card.subject)[:2048],
        words=card.words[:2048],
        card=write_json(signed).decode(),
        state="waiting",
        created_at=now,
        expires_at=card.expires,
    )


def node_iri(me: Actor, host: str) -> str:
    """Where the actor of another node lives."""
    return f"{me.iri.partition('://')[0]}://{host}/actor"


def say(tx: Tx, me: Actor, activity: dict[str, object], held: Held, now: int) -> None:
    append_activity(
        tx,
        actor_id=me.id,
        activity=activity,
        object_iri=held.iri,
        kind=str(activity["type"]),
        inboxes=[f"{held.partner_iri}/inbox"],
        public=False,
        now=now,
    )


def answer(tx: Tx, introduction_id: int, now: int, *, yes: bool) -> Held:
    """Say yes, which makes the host that was introduced a trusted one, or no; to whom it was about.

    Raises:
        NotFound: nothing by that id waits for an answer, or it is over.
        Invalid: the host is below a domain that is blocked or silenced here.
    """
    held = introduction_by_id(tx, introduction_id)
    if held is None or held.given or held.state != "waiting" or held.expires_at <= now:
        raise NotFound("No such introduction waits for an answer.")
    me = instance_actor(tx)
    if yes:
        reason = f"Introduced by {held.partner_host}"
        set_policy(tx, held.host, Policy.TRUSTED, reason, now, ours=me.host)
    settle_introduction(tx, held.id, "accepted" if yes else "declined", now)
    kind = "Accept" if yes else "Reject"
    activity = documents.render_activity(
        new_activity_iri(me), kind, me.iri, held.iri, to=[held.partner_iri]
    )
    say(tx, me, activity, held, now)
    return held


def withdraw(tx: Tx, introduction_id: int, now: int) -> Held:
    """Take back an introduction that we gave: we vouch no longer; to whom it was about.

    Raises:
        NotFound: we gave none by that id, or took it back already.
    """
    held = introduction_by_id(tx, introduction_id)
    if held is None or not held.given or held.state == "withdrawn":
        raise NotFound("No such introduction was given.")
    me = instance_actor(tx)
    settle_introduction(tx, held.id, "withdrawn", now)
    undone = documents.render_activity(held.iri, "Offer", me.iri, f"{held.iri}#card", to=[])
    activity = documents.render_undo(new_activity_iri(me), me.iri, undone, to=[held.partner_iri])
    say(tx, me, activity, held, now)
    return held
