"""What a signed request must say, each refusal by its word; signatures are real ones of ours."""

import base64
import hashlib
from email.utils import formatdate

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from federation.errors import BadSignature
from federation.signatures import (
    Request,
    SigningKey,
    check_claim,
    load_public_key,
    load_signing_key,
    make_keys,
    read_claim,
    sign_request,
)
from federation.signatures.cavage import read_parameters, render_signature
from federation.signatures.digests import check_content_digest, check_digest
from federation.signatures.keys import pems_of
from federation.signatures.request import url_as_sent
from federation.signatures.rfc9421 import read_inputs, read_signatures

NOW = 1_800_000_000
HOUR_S = 3_600
URL = "https://group.example/inbox?page=1"
BODY = b'{"type":"Follow"}'
RSA_PRIVATE, RSA_PUBLIC, ED_PRIVATE, ED_PUBLIC = make_keys()
OTHER_PUBLIC = make_keys()[1]
IRI = "https://valley.example/people/rose#main-key"
KEY = load_signing_key(IRI, RSA_PRIVATE)


def request(
    form: str = "cavage",
    changes: dict[str, str | None] | None = None,
    *,
    at: int = NOW,
    method: str = "POST",
    url: str = URL,
    body: bytes = BODY,
) -> Request:
    """A request that rose signed, with some headers changed, or left out, after that."""
    given = body if method == "POST" else None
    made = sign_request(method, URL, given, KEY, at, form)  # type: ignore[arg-type]
    headers = {name.lower(): value for name, value in made.items()}
    for name, value in (changes or {}).items():
        if value is None:
            headers.pop(name, None)
        else:
            headers[name] = value
    return Request(method, url, list(headers.items()), body if method == "POST" else b"")


def reason_of(made: Request, public: str = RSA_PUBLIC) -> str | None:
    """Why a request is refused; None if it is taken."""
    try:
        check_claim(read_claim(made, NOW), load_public_key(public))
    except BadSignature as error:
        return error.reason
    return None


def cavage(covered: str, *, key: SigningKey = KEY, **parts: str) -> str:
    """A `Signature` header over `covered` whose signature is not looked at."""
    found = {"keyId": key.iri, "algorithm": "hs2019", "headers": covered, "signature": "AAAA"}
    found |= parts
    return ",".join(f'{name}="{value}"' for name, value in found.items() if value != "-")


ALL = "(request-target) host date digest"


@pytest.mark.parametrize("form", ["cavage", "rfc9421"])
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_what_we_sign_ourselves_is_taken(form, method):
    made = request(form, method=method)

    claim = read_claim(made, NOW)
    check_claim(claim, load_public_key(RSA_PUBLIC))

    assert (claim.key_iri, claim.form) == (IRI, form)


@pytest.mark.threat("T3")
@pytest.mark.threat("T4")
@pytest.mark.threat("T5")
@pytest.mark.threat("T8")
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"signature": None}, "unsigned"),
        ({"digest": "SHA-256=" + base64.b64encode(bytes(32)).decode()}, "wrong-digest"),
        ({"digest": None}, "digest-uncovered"),
        ({"digest": "SHA-256=!!"}, "malformed-digest"),
        ({"digest": "MD5=AAAA"}, "no-strong-digest"),
        ({"host": "other.example"}, "another-host"),
        ({"content-type": None}, "covered-header-missing"),
        ({"content-type": "text/html"}, "wrong-signature"),
        ({"date": None}, "unreadable-date"),
        ({"date": "yesterday"}, "unreadable-date"),
        ({"date": formatdate(NOW + 1, usegmt=True)}, "wrong-signature"),
        ({"signature": cavage("host date digest")}, "target-or-host-uncovered"),
        ({"signature": cavage("(request-target) date digest")}, "target-or-host-uncovered"),
        ({"signature": cavage("(request-target) host digest")}, "date-uncovered"),
        ({"signature": cavage("(request-target) host date")}, "digest-uncovered"),
        ({"signature": cavage(ALL)}, "wrong-signature"),
        ({"signature": cavage(ALL, algorithm="hmac-sha256")}, "unknown-algorithm"),
        ({"signature": cavage(ALL, algorithm="ed25519")}, "algorithm-does-not-fit-key"),
        ({"signature": cavage(ALL, keyId="-")}, "incomplete-signature"),
        ({"signature": cavage(ALL, signature="-")}, "incomplete-signature"),
        ({"signature": cavage(ALL, signature="A!")}, "malformed-signature"),
        ({"signature": cavage(ALL, keyId="")}, "odd-key-id"),
        ({"signature": cavage(ALL, keyId="x" * 2_049)}, "odd-key-id"),
        ({"signature": cavage("")}, "odd-headers-list"),
        ({"signature": cavage(f"{ALL} DATE")}, "odd-headers-list"),
        ({"signature": cavage(ALL, expires=f"{NOW - HOUR_S - 1}")}, "expired"),
        ({"signature": cavage(ALL, expires=f"{NOW - HOUR_S}")}, "wrong-signature"),
        ({"signature": cavage(ALL, expires="soon")}, "malformed-signature"),
        ({"signature": cavage(ALL) + ',keyId="x"'}, "malformed-signature"),
        ({"signature": "nonsense"}, "malformed-signature"),
        ({"signature": cavage(ALL) + "," + "x" * 8_192}, "signature-too-long"),
        (
            {"signature": cavage(f"{ALL} (created)", created=f"{NOW}", algorithm="rsa-sha256")},
            "created-with-old-algorithm",
        ),
        ({"signature": cavage(f"{ALL} (created)", created=f"{NOW}")}, "wrong-signature"),
        ({"signature": cavage(f"{ALL} (created)", created="1")}, "date-out-of-window"),
        ({"signature": cavage(f"{ALL} (created)")}, "covered-header-missing"),
        ({"signature": cavage(f"{ALL} (expires)")}, "covered-header-missing"),
        ({"signature": cavage(f"{ALL} x-other")}, "covered-header-missing"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_a_cavage_request_is_refused_with_its_word(changes, reason):
    assert reason_of(request(changes=changes)) == reason


COVERED = '("@method" "@target-uri" "content-digest")'


def rfc9421(described: str, signature: str = "sig1=:AAAA:") -> dict[str, str | None]:
    return {"signature-input": described, "signature": signature}


@pytest.mark.threat("T3")
@pytest.mark.threat("T4")
@pytest.mark.threat("T5")
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"signature": None}, "unsigned"),
        ({"content-digest": None}, "digest-uncovered"),
        ({"content-digest": "sha-256=:AAAA:"}, "no-strong-digest"),
        ({"content-digest": "x"}, "malformed-digest"),
        ({"host": "other.example"}, "another-host"),
        (rfc9421(f"sig1={COVERED};created={NOW}"), "odd-key-id"),
        (rfc9421(f'sig1={COVERED};created={NOW};keyid="k"'), "wrong-signature"),
        (rfc9421(f'sig1={COVERED};created={NOW};keyid="k";alg="x"'), "algorithm-does-not-fit-key"),
        (rfc9421(f'sig1={COVERED};keyid="k"'), "date-uncovered"),
        (rfc9421(f'sig1={COVERED};created=1;keyid="k"'), "date-out-of-window"),
        (rfc9421(f'sig1={COVERED};created=-1;keyid="k"'), "malformed-signature-input"),
        (
            rfc9421(f'sig1={COVERED};created={NOW};expires={NOW - HOUR_S - 1};keyid="k"'),
            "expired",
        ),
        (rfc9421(f'other={COVERED};created={NOW};keyid="k"'), "not-exactly-one-signature"),
        (
            rfc9421(f"sig1={COVERED};created={NOW}, sig2={COVERED};created={NOW}"),
            "not-exactly-one-signature",
        ),
        (
            rfc9421(f'sig1=("@target-uri" "content-digest");created={NOW};keyid="k"'),
            "target-or-host-uncovered",
        ),
        (
            rfc9421(f'sig1=("@method" "@path" "content-digest");created={NOW};keyid="k"'),
            "target-or-host-uncovered",
        ),
        (
            rfc9421(f'sig1=("@method" "@authority" "content-digest");created={NOW};keyid="k"'),
            "target-or-host-uncovered",
        ),
        (
            rfc9421(
                f'sig1=("@method" "@path" "@authority" "content-digest");created={NOW};keyid="k"'
            ),
            "wrong-signature",
        ),
        (
            rfc9421(
                f'sig1=("@method" "@request-target" "host" "content-digest");created={NOW}'
                ';keyid="k"'
            ),
            "wrong-signature",
        ),
        (
            rfc9421(f'sig1=("@method" "@target-uri");created={NOW};keyid="k"'),
            "digest-uncovered",
        ),
        (
            rfc9421(f'sig1=("@method" "@method" "@target-uri");created={NOW};keyid="k"'),
            "odd-components",
        ),
        (
            rfc9421(f'sig1=("@method" "@target-uri";req "content-digest");created={NOW}'),
            "target-or-host-uncovered",
        ),
        (rfc9421("nonsense"), "malformed-signature-input"),
        (rfc9421("x" * 8_193), "signature-too-long"),
        (rfc9421(f"sig1={COVERED};created={NOW}", "nonsense"), "malformed-signature"),
        (rfc9421(f"sig1={COVERED};created={NOW}", "x" * 8_193), "signature-too-long"),
        (rfc9421(f"sig1={COVERED};created={NOW}", "sig1=:AAA:"), "malformed-signature"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_an_rfc_9421_request_is_refused_with_its_word(changes, reason):
    assert reason_of(request("rfc9421", changes)) == reason


@pytest.mark.threat("T5")
@pytest.mark.parametrize("form", ["cavage", "rfc9421"])
@pytest.mark.parametrize(
    ("late_s", "reason"),
    [
        (12 * HOUR_S, None),
        (12 * HOUR_S + 1, "date-out-of-window"),
        (-HOUR_S, None),
        (-HOUR_S - 1, "date-out-of-window"),
    ],
)
def test_the_time_of_a_request_is_held_to_the_second(form, late_s, reason):
    assert reason_of(request(form, at=NOW - late_s)) == reason


@pytest.mark.threat("T4")
@pytest.mark.parametrize(
    ("url", "reason"),
    [
        (URL, None),
        ("https://group.example/inbox", "wrong-signature"),
        ("https://group.example/inbox?page=2", "wrong-signature"),
        ("https://group.example/other?page=1", "wrong-signature"),
        ("https://other.example/inbox?page=1", "another-host"),
    ],
)
def test_a_request_for_another_place_is_refused(url, reason):
    assert reason_of(request(url=url)) == reason


def test_a_signature_over_the_path_without_its_query_is_taken_as_old_servers_make_it():
    made = sign_request("POST", "https://group.example/inbox", BODY, KEY, NOW)
    headers = [(name.lower(), value) for name, value in made.items()]

    assert reason_of(Request("POST", URL, headers, BODY)) is None


@pytest.mark.threat("T4")
@pytest.mark.parametrize("form", ["cavage", "rfc9421"])
def test_what_a_get_asks_for_has_to_be_signed_with_its_query(form):
    """Else whoever sees one signed request reads with it what the signer never asked for."""
    url = "https://group.example/people/ann/followers"
    bare = Request("GET", f"{url}?domain=valley.example", signed_get(url, form))
    whole = Request("GET", f"{url}?page=1", signed_get(f"{url}?page=1", form))
    other = Request("GET", f"{url}?page=2", signed_get(f"{url}?page=1", form))

    assert reason_of(bare) == ("query-uncovered" if form == "cavage" else "wrong-signature")
    assert reason_of(whole) is None
    assert reason_of(other) == "wrong-signature"


def signed_get(url: str, form: str) -> list[tuple[str, str]]:
    made = sign_request("GET", url, None, KEY, NOW, form=form)
    return [(name.lower(), value) for name, value in made.items()]


def test_the_spelling_of_the_host_does_not_matter():
    assert reason_of(request(changes={"host": "GROUP.example"})) is None


@pytest.mark.threat("T3")
def test_a_body_under_a_get_is_held_to_its_digest_as_well():
    made = request(method="GET")
    headers = [*made.headers, ("digest", "SHA-256=" + base64.b64encode(bytes(32)).decode())]

    assert reason_of(Request("GET", URL, headers, b"x")) == "wrong-digest"


@pytest.mark.threat("T7")
@pytest.mark.parametrize("name", ["host", "date", "digest", "signature", "content-type"])
def test_a_header_that_stands_twice_is_refused(name):
    made = request()
    twice = [*made.headers, (name, dict(made.headers)[name])]

    assert reason_of(Request("POST", URL, twice, BODY)) == "repeated-header"


@pytest.mark.threat("T8")
def test_a_signature_by_another_key_is_refused():
    assert reason_of(request(), OTHER_PUBLIC) == "wrong-signature"
    assert reason_of(request(), ED_PUBLIC) == "algorithm-does-not-fit-key"


def digest(name: str, body: bytes = BODY) -> str:
    made = hashlib.new(name.replace("-", ""), body).digest()
    return base64.b64encode(made).decode()


@pytest.mark.threat("T3")
@pytest.mark.parametrize(
    ("header", "reason"),
    [
        (f"SHA-256={digest('sha-256')}", None),
        (f"sha-256={digest('sha-256')}", None),
        (f"SHA-512={digest('sha-512')}", None),
        (f"MD5=AAAA, SHA-256={digest('sha-256')}", None),
        (f"SHA-256={digest('sha-256')},SHA-512={digest('sha-512')}", None),
        (f"SHA-256={digest('sha-256')},SHA-512={digest('sha-512', b'x')}", "wrong-digest"),
        (f"SHA-256={digest('sha-256', b'x')}", "wrong-digest"),
        (f"SHA-256={digest('sha-512')}", "no-strong-digest"),
        (f"SHA-512={digest('sha-256')}", "no-strong-digest"),
        ("SHA-256=AAA", "malformed-digest"),
        ("MD5=AAAA", "no-strong-digest"),
        ("", "malformed-digest"),
        ("SHA-256", "malformed-digest"),
        (f"SHA-256={digest('sha-256')},", "malformed-digest"),
    ],
)
def test_a_digest_holds_over_the_raw_body_or_is_refused(header, reason):
    try:
        check_digest(header, BODY)
    except BadSignature as error:
        assert error.reason == reason  # noqa: PT017 - None says that it holds
    else:
        assert reason is None


@pytest.mark.threat("T3")
@pytest.mark.parametrize(
    ("header", "reason"),
    [
        (f"sha-256=:{digest('sha-256')}:", None),
        (f"sha-512=:{digest('sha-512')}:, sha-256=:{digest('sha-256')}:", None),
        (f"SHA-256=:{digest('sha-256')}:", "malformed-digest"),
        (f"sha-256={digest('sha-256')}", "malformed-digest"),
        (f"sha-256=:{digest('sha-256', b'x')}:", "wrong-digest"),
        ("md5=:AAAA:", "no-strong-digest"),
        ("sha-256=:A:", "malformed-digest"),
    ],
)
def test_a_content_digest_holds_over_the_raw_body_or_is_refused(header, reason):
    try:
        check_content_digest(header, BODY)
    except BadSignature as error:
        assert error.reason == reason  # noqa: PT017 - None says that it holds
    else:
        assert reason is None


def rsa_pem(bits: int, exponent: int = 65_537) -> str:
    return pems_of(rsa.generate_private_key(exponent, bits))[1]


def pem_of_numbers(bits: int, exponent: int = 65_537) -> str:
    """A key of that size which nobody holds the private half of: one is soon made."""
    key = rsa.RSAPublicNumbers(exponent, 2 ** (bits - 1) + 1).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def curve_pem() -> str:
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@pytest.mark.threat("T8")
@pytest.mark.parametrize(
    ("pem", "reason"),
    [
        ("x", "unreadable-key"),
        ("", "unreadable-key"),
        (RSA_PUBLIC.replace("M", "N", 3), "unreadable-key"),
        (RSA_PUBLIC + " " * 8_192, "key-too-large"),
        (rsa_pem(1_024), "weak-or-huge-key"),
        (rsa_pem(2_047), "weak-or-huge-key"),
        (pem_of_numbers(4_097), "weak-or-huge-key"),
        (pem_of_numbers(2_048, exponent=2**32 + 1), "weak-or-huge-key"),
        (curve_pem(), "unknown-kind-of-key"),
    ],
    ids="text nothing damaged long 1024 2047 4097 exponent curve".split(),
)
def test_a_key_that_is_weak_odd_or_unreadable_is_refused(pem, reason):
    with pytest.raises(BadSignature) as refused:
        load_public_key(pem)

    assert refused.value.reason == reason


def test_keys_of_ours_are_rsa_of_2048_bits_and_ed25519():
    public = load_public_key(RSA_PUBLIC)

    assert public.algorithm == "rsa"
    assert public.key.key_size == 2_048  # type: ignore[union-attr]
    assert public.key.public_numbers().e == 65_537  # type: ignore[union-attr]
    assert load_public_key(ED_PUBLIC).algorithm == "ed25519"
    assert load_signing_key(IRI, RSA_PRIVATE).algorithm == "rsa"
    assert load_signing_key(IRI, ED_PRIVATE).algorithm == "ed25519"
    assert load_public_key(pems_of(Ed25519PrivateKey.generate())[1]).algorithm == "ed25519"


def test_both_kinds_of_keys_verify_what_they_signed_and_nothing_else():
    for private, public in ((RSA_PRIVATE, RSA_PUBLIC), (ED_PRIVATE, ED_PUBLIC)):
        signature = load_signing_key(IRI, private).sign(b"x")
        load_public_key(public).check(signature, b"x")
        with pytest.raises(BadSignature) as refused:
            load_public_key(public).check(signature, b"y")
        assert refused.value.reason == "wrong-signature"


def test_the_parts_of_a_cavage_header_are_read():
    header = 'keyId="k" , algorithm="RSA-SHA256",headers="Host Date",signature="AAEC",expires=12.5'

    found = read_parameters(header)

    assert (found.key_iri, found.signature, found.covered) == ("k", b"\0\1\2", ("host", "date"))
    assert (found.algorithm, found.created, found.expires) == ("rsa-sha256", None, 12)
    assert read_parameters('keyId="k",signature="AAEC"').covered == ("date",)
    assert read_parameters('keyId="k",signature="AAEC"').algorithm is None
    assert render_signature("k", ["host", "date"], b"\0\1\2") == (
        'keyId="k",algorithm="rsa-sha256",headers="host date",signature="AAEC"'
    )


def test_the_parts_of_an_rfc_9421_header_are_read():
    (found,) = read_inputs('s1=("@method" "x";key="a\\"b");created=5;keyid="k";alg="ed25519"')

    assert found.label == "s1"
    assert [(one.name, one.parameters) for one in found.covered] == [
        ("@method", {}),
        ("x", {"key": 'a"b'}),
    ]
    assert found.parameters == {"created": "5", "keyid": "k", "alg": "ed25519"}
    assert found.names == {"@method"}
    assert (found.instant("created"), found.instant("expires")) == (5, None)
    assert read_signatures("s1=:AAEC:, s2=::") == {"s1": b"\0\1\2", "s2": b""}


@pytest.mark.parametrize("form", ["cavage", "rfc9421"])
def test_a_port_that_goes_without_saying_is_neither_signed_nor_sent(form):
    url = "https://group.example:443/inbox?page=1"

    headers = sign_request("POST", url, BODY, KEY, NOW, form)

    assert headers["Host"] == "group.example"
    received = [(name.lower(), value) for name, value in headers.items()]
    assert reason_of(Request("POST", url_as_sent(url), received, BODY)) is None
