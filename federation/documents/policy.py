"""What an author lets others do with a post: like, answer, pass on, quote (GoToSocial, FEP-044f).

Source: GoToSocial documentation, federation, "Interaction policy"; FEP-044f, "canQuote".
"""

from dataclasses import dataclass
from typing import Any

from federation.documents.shapes import PUBLIC, Json, iris_of

NAMES = {"like": "canLike", "reply": "canReply", "announce": "canAnnounce", "quote": "canQuote"}
AUTOMATIC = ("automaticApproval", "always")
MANUAL = ("manualApproval", "approvalRequired")
NAMED_MAX = 50


@dataclass(frozen=True, slots=True)
class Approval:
    """Who may do one thing: the iris of actors, of collections of actors, or Public for everybody.

    `automatic` may do it at once; `manual` may do it, and the author then decides.
    """

    automatic: tuple[str, ...] = ()
    manual: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractionPolicy:
    """What an author lets others do with a post; None leaves a thing to who may see the post."""

    like: Approval | None = None
    reply: Approval | None = None
    announce: Approval | None = None
    quote: Approval | None = None


def read_policy(value: Json) -> InteractionPolicy | None:
    """The policy of a post; None where it has none. At most 50 iris a part are read."""
    policy = value.get("interactionPolicy")
    if not isinstance(policy, dict):
        return None
    return InteractionPolicy(**{name: approval_of(policy.get(key)) for name, key in NAMES.items()})


def approval_of(value: Json) -> Approval | None:
    """One part of a policy; GoToSocial up to 0.19 wrote `always` and `approvalRequired`."""
    if not isinstance(value, dict):
        return None
    automatic = [iri for name in AUTOMATIC for iri in iris_of(value.get(name))]
    manual = [iri for name in MANUAL for iri in iris_of(value.get(name))]
    return Approval(tuple(automatic[:NAMED_MAX]), tuple(manual[:NAMED_MAX]))


def render_policy(policy: InteractionPolicy) -> dict[str, Any]:
    """The `interactionPolicy` of a post of ours."""
    parts = {key: getattr(policy, name) for name, key in NAMES.items()}
    return {
        key: {"automaticApproval": list(part.automatic)}
        | ({"manualApproval": list(part.manual)} if part.manual else {})
        for key, part in parts.items()
        if part is not None
    }


QUOTED_BY_ANYBODY = InteractionPolicy(quote=Approval((PUBLIC,)))
