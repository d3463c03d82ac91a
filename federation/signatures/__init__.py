"""HTTP signatures, as draft-cavage-12 and RFC 9421 say: made, read, held to a policy, verified."""

from federation.signatures.claim import Claim, check_claim, read_claim
from federation.signatures.keys import PublicKey, SigningKey, load_public_key, make_keys
from federation.signatures.negotiation import Asked, Attempt, Form, Forms, next_attempt
from federation.signatures.request import Request, url_as_sent
from federation.signatures.sign import load_signing_key, sign_request

__all__ = [
    "Asked",
    "Attempt",
    "Claim",
    "Form",
    "Forms",
    "PublicKey",
    "Request",
    "SigningKey",
    "check_claim",
    "load_public_key",
    "load_signing_key",
    "make_keys",
    "next_attempt",
    "read_claim",
    "sign_request",
    "url_as_sent",
]
