"""Signing a request of ours, in either form."""

import base64
from collections.abc import Mapping
from email.utils import formatdate
from functools import lru_cache
from types import MappingProxyType
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from federation.signatures import cavage, rfc9421
from federation.signatures.digests import content_digest_of, digest_of
from federation.signatures.keys import SigningKey
from federation.signatures.negotiation import Asked, Form
from federation.signatures.request import Request, url_as_sent

EXPIRES_AFTER_S = 300
ACTIVITY_TYPE = "application/activity+json"


def load_signing_key(iri: str, pem: str) -> SigningKey:
    """Parse a private key of ours, published at `iri`.

    The arithmetic check of an RSA key costs 32 ms, and our own keys were made by us: it is
    left out.

    Raises:
        ValueError: it is neither RSA nor Ed25519.
    """
    key = load_pem_private_key(pem.encode(), None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, RSAPrivateKey | Ed25519PrivateKey):
        raise ValueError("a key of ours is neither RSA nor Ed25519")
    return SigningKey(iri, key)


def sign_request(
    method: str,
    url: str,
    body: bytes | None,
    key: SigningKey,
    now: int,
    form: Form = "cavage",
    media_type: str = ACTIVITY_TYPE,
    *,
    asked: Asked | None = None,
    with_query: bool = True,
    also: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, str]:
    """The headers to send with a request so that it is signed, `Host` among them.

    draft-cavage: `rsa-sha256` over (request-target) host date digest content-type, which every
    peer takes; `with_query` False signs the path alone. RFC 9421: method, target, and digest, as
    Mastodon asks, and beyond these what was `asked` for. `also` are further headers to send, which
    the signature covers in either form.
    """
    url = url_as_sent(url)
    if form == "rfc9421":
        return sign_rfc9421(method, url, body, key, now, media_type, asked, also)
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query and with_query else ""
    target = (parts.path or "/") + query
    headers = {"Host": parts.netloc, "Date": date_text(now)}
    if body is not None:
        headers |= {"Digest": digest_of(body), "Content-Type": media_type}
    headers |= also
    covered = {"(request-target)": f"{method.lower()} {target}"}
    covered |= {name.lower(): value for name, value in headers.items()}
    base = "\n".join(f"{name}: {value}" for name, value in covered.items())
    signature = key.sign(base.encode())
    headers["Signature"] = cavage.render_signature(key.iri, list(covered), signature)
    return headers


def sign_rfc9421(
    method: str,
    url: str,
    body: bytes | None,
    key: SigningKey,
    now: int,
    media_type: str,
    asked: Asked | None,
    also: Mapping[str, str],
) -> dict[str, str]:
    headers = {"Host": urlsplit(url).netloc, "Date": date_text(now)}
    least = ["@method", "@target-uri"]
    if body is not None:
        headers |= {"Content-Digest": content_digest_of(body), "Content-Type": media_type}
        least.append("content-digest")
    headers |= also
    least += [name.lower() for name in also]
    asked = asked or Asked("sig1", ())
    covered = list(dict.fromkeys((*asked.covered, *least)))
    described = rfc9421.render_input(
        covered,
        key.iri,
        now,
        expires=now + EXPIRES_AFTER_S if asked.expires else None,
        alg=asked.alg,
        nonce=asked.nonce,
        tag=asked.tag,
    )
    sent = [(name.lower(), value) for name, value in headers.items()]
    request = Request(method, url, sent)
    base = rfc9421.signature_base(request, rfc9421.read_input(asked.label, described))
    signature = base64.b64encode(key.sign(base)).decode()
    return headers | {
        "Signature-Input": f"{asked.label}={described}",
        "Signature": f"{asked.label}=:{signature}:",
    }


@lru_cache(maxsize=4)
def date_text(now: int) -> str:
    return formatdate(now, usegmt=True)
