"""Which signature a host takes, found by asking: the other form once, or just what it asks for.

A host is asked three times at most. What it took is remembered for a week, then asked anew, so
that a server that learns RFC 9421, or forgets it, is met rightly without being told.

Source: RFC 9421 section 5 (Accept-Signature); the double knocking of the SWICG report on HTTP
signatures; Mastodon 4.7, GoToSocial (sends once more without the query after 401).
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from federation.errors import BadSignature
from federation.signatures import rfc9421
from federation.signatures.keys import SigningKey

Form = Literal["cavage", "rfc9421"]
REQUESTS_MAX = 3
UNSURE = (400, 401)
UNSURE_OF_POST = (400, 401, 403)
"""What may mean that a signature was not understood; a document that is not for us is 403, too."""

FORMS_KEPT = 10_000
FORM_KEPT_S = 7 * 24 * 3_600
TEXT_CHARACTERS_MAX = 256
SIGNABLE = frozenset(
    """@method @target-uri @authority @scheme @request-target @path @query
    host date content-type content-digest""".split()
)
OF_A_BODY = frozenset(("content-type", "content-digest"))
ALGORITHMS = {"rsa": "rsa-v1_5-sha256", "ed25519": "ed25519"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A signature as another server asks for it: what it should cover, and what it should say."""

    label: str
    covered: tuple[str, ...]
    expires: bool = False
    alg: str | None = None
    nonce: str | None = None
    tag: str | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One way to sign a request. `with_query` is about draft-cavage: some servers sign none.

    `by_other` is by the other key that is good after a change of keys.
    """

    form: Form
    asked: Asked | None = None
    with_query: bool = True
    by_other: bool = False


def next_attempt(
    tried: Sequence[Attempt],
    status: int | None,
    accept_signature: str | None,
    *,
    url: str,
    key: SigningKey,
    has_body: bool,
) -> Attempt | None:
    """How to sign once more after such an answer; None where it would not help (T9).

    Where another key than `key` is good as well, that one is tried first: GoToSocial holds to the
    key of an actor that it has read, for some hours, and says 401 to a newer one (T135).
    """
    if status not in (UNSURE_OF_POST if has_body else UNSURE) or len(tried) >= REQUESTS_MAX:
        return None
    if key.other is not None and not any(attempt.by_other for attempt in tried):
        return replace(tried[-1], by_other=True)
    forms = [attempt.form for attempt in tried]
    asked = read_asked(accept_signature, key, has_body) if status == 401 else None
    if asked is not None and not any(attempt.asked for attempt in tried):
        return Attempt("rfc9421", asked)
    for form in ("cavage", "rfc9421"):
        if form not in forms:
            return Attempt(form)
    is_whole = all(attempt.with_query for attempt in tried)
    return Attempt("cavage", with_query=False) if "?" in url and is_whole else None


def read_asked(header: str | None, key: SigningKey, has_body: bool) -> Asked | None:
    """The first signature of an `Accept-Signature` header that our key can make; None for none."""
    try:
        described = rfc9421.read_inputs(header or "")
    except BadSignature:
        return None
    return next((asked_in(one) for one in described if may_sign(one, key, has_body)), None)


def may_sign(asked: rfc9421.Input, key: SigningKey, has_body: bool) -> bool:
    """Whether a request of ours has all that should be covered, and the key is the one meant."""
    parameters = asked.parameters
    signable = SIGNABLE if has_body else SIGNABLE - OF_A_BODY
    return (
        all(one.name in signable and not one.parameters for one in asked.covered)
        and parameters.get("alg", ALGORITHMS[key.algorithm]) == ALGORITHMS[key.algorithm]
        and parameters.get("keyid", key.iri) == key.iri
        and all(len(parameters.get(name, "")) <= TEXT_CHARACTERS_MAX for name in ("nonce", "tag"))
    )


def asked_in(described: rfc9421.Input) -> Asked:
    parameters = described.parameters
    return Asked(
        described.label,
        tuple(one.name for one in described.covered),
        "expires" in parameters,
        parameters.get("alg"),
        parameters.get("nonce"),
        parameters.get("tag"),
    )


class Forms:
    """Which form each host took last; draft-cavage, which every peer takes, where none is known."""

    def __init__(self, now: Callable[[], int]) -> None:
        self._now = now
        self._kept: OrderedDict[str, tuple[Form, int]] = OrderedDict()

    def form_of(self, host: str, otherwise: Form = "cavage") -> Form:
        """The form to begin with."""
        form, learned_at = self._kept.get(host, (otherwise, self._now()))
        return form if self._now() - learned_at < FORM_KEPT_S else "cavage"

    def learn(self, host: str, form: Form) -> None:
        """A host has taken that form."""
        known = self._kept.get(host)
        if known is None or known[0] != form or self._now() - known[1] >= FORM_KEPT_S:
            self._kept[host] = (form, self._now())
            if len(self._kept) > FORMS_KEPT:
                self._kept.popitem(last=False)
