"""What neighbours send of introductions: one to us, the answer to one of ours, its end."""

from federation import documents
from federation.documents.introduction import Introduction
from federation.errors import BadSignature, Malformed
from federation.origin import authority_of
from federation.proofs import check_proof, read_proofs
from node.arrivals.apply_context import ApplyContext
from node.base.errors import Missing, NotAllowed
from node.base.markup import plain_text
from node.db.tx import Tx
from node.peers.rules import Policy
from node.peers.store import circle_around
from node.topics.actors.remote_keys import parse_public_key
from node.topics.actors.store import instance_actor, known_actor
from node.topics.neighbours.introductions import held_of
from node.topics.neighbours.store import (
    add_introduction,
    introduction_by_iri,
    settle_introduction,
    waiting_from,
)

WAITING_MAX = 50
LASTS_S_MAX = 90 * 24 * 3_600
AHEAD_S_MAX = 3_600


def receive_offer(tx: Tx, offer: documents.Offer, context: ApplyContext) -> None:
    """Keep a card with which a neighbour that we trust introduces another node, for an answer.

    Raises:
        Missing: the actor of the neighbour's node is not stored here yet, or lacks its key.
        NotAllowed: it is not a trusted neighbour's, not for us, over, or its proof does not hold.
    """
    card = offer.object
    if not isinstance(card, Introduction):
        return
    me, voucher = instance_actor(tx), known_actor(tx, offer.actor)
    host = host_introduced(card)
    circle = circle_around(tx, [voucher.host, host], me.host)
    if circle.policy_of(voucher.host) is not Policy.TRUSTED or voucher.kind != "Application":
        raise NotAllowed("Only a neighbour that is trusted introduces others.")
    check_card(card, offer.actor, me.iri, context.now)
    if host in (me.host, voucher.host) or circle.policy_of(host) is not Policy.OPEN:
        raise NotAllowed("That node needs no introduction here.")
    check_proven(tx, card, context)
    if waiting_from(tx, voucher.host, WAITING_MAX) >= WAITING_MAX:
        raise NotAllowed("Too many introductions wait for an answer.")
    signed = context.verbatim.get("object")
    held = held_of(
        card, offer.iri, voucher.host, voucher.iri, host, signed, given=False, now=context.now
    )
    add_introduction(tx, held)


def host_introduced(card: Introduction) -> str:
    try:
        return authority_of(card.subject)
    except Malformed as error:
        raise NotAllowed("That is no address of a node.") from error


def check_card(card: Introduction, sender: str, ours: str, now: int) -> None:
    """Raise NotAllowed unless a card is its sender's own, for us, and counts now."""
    if card.voucher != sender or card.guest != ours:
        raise NotAllowed("That introduction is somebody else's.")
    is_begun = card.published <= now + AHEAD_S_MAX
    if not is_begun or not now < card.expires <= now + LASTS_S_MAX:
        raise NotAllowed("That introduction is over, or lasts too long.")
    if plain_text(card.name) != card.name or not card.url.startswith(("https://", "http://")):
        raise NotAllowed("That introduction does not say whom it is about in plain words.")


def check_proven(tx: Tx, card: Introduction, context: ApplyContext) -> None:
    """Raise NotAllowed unless the voucher has proven the card, which then holds without them."""
    value = context.verbatim.get("object")
    try:
        proofs = read_proofs(value, context.now) if isinstance(value, dict) else ()
        if not proofs:
            raise NotAllowed("That introduction is not signed.")
        for proof in proofs:
            row = tx.one(
                """
                select k.public_key from actor_key k join actor a on a.id = k.actor_id
                where k.iri = :key_iri and a.iri = :voucher
                """,
                key_iri=proof.key_iri,
                voucher=card.voucher,
            )
            if row is None and not context.is_settled(card.voucher):
                raise Missing([card.voucher])
            if row is None:
                raise NotAllowed("That introduction is signed by somebody else.")
            check_proof(proof, parse_public_key(row["public_key"]))
    except BadSignature as error:
        raise NotAllowed("The signature of that introduction does not hold.") from error


def settle_answer(
    tx: Tx, answer: documents.Accept | documents.Reject, context: ApplyContext
) -> bool:
    """Note what a neighbour answered to an introduction of ours; whether it was about one."""
    inner = answer.object
    held = introduction_by_iri(tx, inner if isinstance(inner, str) else inner.iri)
    if held is None or not held.given:
        return False
    if held.partner_iri == answer.actor and held.state == "waiting":
        state = "accepted" if isinstance(answer, documents.Accept) else "declined"
        settle_introduction(tx, held.id, state, context.now)
    return True


def undo_offer(tx: Tx, undo: documents.Undo, context: ApplyContext) -> bool:
    """A neighbour takes an introduction back: it waits no longer; trust that was given stays.

    Whether it was about one. Who was introduced is marked, for an organiser to look at.
    """
    inner = undo.object
    held = introduction_by_iri(tx, inner if isinstance(inner, str) else inner.iri)
    if held is None or held.given or held.partner_iri != undo.actor:
        return False
    settle_introduction(tx, held.id, "withdrawn", context.now)
    return True
