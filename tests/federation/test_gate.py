"""What goes out through the gate, and what comes back in."""

import asyncio
import gzip
import json
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.test_utils import TestServer
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from federation.address_guard import RefusedAddress, is_public
from federation.connections import GuardedResolver
from federation.errors import BadSignature, FetchFailed
from federation.gate import Budget, Gate
from federation.limits import DOCUMENT_BYTES_MAX
from federation.signatures import (
    PublicKey,
    Request,
    check_claim,
    load_signing_key,
    make_keys,
    read_claim,
)

ACTIVITY = "application/activity+json"
NOW = 1_800_000_000


class Names(AbstractResolver):
    """Answers with the addresses a test says, one list after the other."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers, self.asked = list(answers), 0

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked += 1
        addresses = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=0,
            )
            for address in addresses
        ]

    async def close(self) -> None:
        pass


@dataclass
class Peer:
    """A server on loopback; a test says how it answers."""

    url: str = ""
    answer: Callable[[web.Request], object] = lambda request: web.Response()
    seen: list[web.Request] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.seen.append(request)
        made = self.answer(request)
        return await made if asyncio.iscoroutine(made) else made  # type: ignore[misc, return-value]


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    made = Peer()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", made.handle)
    server = TestServer(app)
    await server.start_server()
    made.url = f"http://127.0.0.1:{server.port}"
    yield made
    await server.close()


@pytest.fixture
async def gate() -> AsyncIterator[Gate]:
    """A gate that lets loopback through, as in development, with shorter patience."""
    made = Gate(
        now=lambda: NOW,
        user_agent="Test",
        development=True,
        fetch_s_max=1.5,
        slow_after_s=0.2,
    )
    yield made
    await made.close()


async def strict(resolver: AbstractResolver | None = None, **options: object) -> Gate:
    return Gate(now=lambda: NOW, user_agent="Test", resolver=resolver, **options)  # type: ignore[arg-type]


async def reason_of(fetching: object) -> str:
    with pytest.raises(FetchFailed) as caught:
        await fetching  # type: ignore[misc]
    return caught.value.reason


def document(iri: str, **changes: object) -> web.Response:
    return web.json_response({"id": iri, "type": "Note"} | changes, content_type=ACTIVITY)


@pytest.mark.threat("T36")
@pytest.mark.parametrize(
    "address",
    """127.0.0.1 10.0.0.1 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1
    ::1 fe80::1 fc00::1 ::ffff:127.0.0.1 ::127.0.0.1 64:ff9b::7f00:1 2002:7f00:1:: ff02::1
    2001:db8::1""".split(),
)
async def test_no_private_address_is_connected_to_whatever_its_name(address):
    gate = await strict(Names([address]))

    assert await reason_of(gate.fetch("https://innocent.example/")) == "refused-address"
    await gate.close()


@pytest.mark.threat("T36")
@pytest.mark.threat("T38")
@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "10.1.2.3", "[::ffff:127.0.0.1]"])
async def test_no_private_address_is_connected_to_by_its_number(host):
    gate = await strict()

    assert await reason_of(gate.fetch(f"https://{host}/")) in ("refused-address", "refused-url")
    await gate.close()


@pytest.mark.threat("T37")
async def test_a_name_with_one_private_address_among_public_ones_is_refused():
    gate = await strict(Names(["93.184.216.34", "127.0.0.1"]))

    assert await reason_of(gate.fetch("https://innocent.example/")) == "refused-address"
    await gate.close()


@pytest.mark.threat("T37")
async def test_of_a_name_with_one_private_address_none_is_tried():
    mixed = GuardedResolver(Names(["93.184.216.34", "127.0.0.1"]), is_public)

    with pytest.raises(RefusedAddress):
        await mixed.resolve("innocent.example", 443)


@pytest.mark.threat("T37")
async def test_a_name_that_leads_inside_every_other_time_never_does():
    met: list[object] = []
    server = await asyncio.start_server(lambda r, w: met.append(w), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    answers = [["203.0.114.9"], ["127.0.0.1"]] * 10
    hosts = [f"n{number}.rebind.example:{port}" for number in range(20)]
    gate = await strict(Names(*answers), fetch_s_max=0.05, allowed_hosts=hosts)

    for host in hosts:
        await reason_of(gate.fetch(f"https://{host}/"))

    assert met == []
    server.close()
    await gate.close()


@pytest.mark.threat("T39")
@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("https://10.0.0.1/", "refused-address"),
        ("http://169.254.169.254/latest", "refused-address"),
        ("file:///etc/passwd", "refused-url"),
        ("ftp://peer.example/", "refused-url"),
        ("data:text/html,x", "refused-url"),
    ],
)
async def test_a_redirect_to_the_inside_or_to_another_scheme_is_not_followed(
    gate, peer, target, reason
):
    peer.answer = lambda request: web.Response(status=302, headers={"Location": target})

    assert await reason_of(gate.fetch(f"{peer.url}/")) == reason


@pytest.mark.threat("T104")
async def test_a_host_that_is_not_met_is_asked_neither_at_once_nor_after_a_redirect(peer):
    blocked = peer.url.replace("127.0.0.1", "localhost")
    met = peer.url.removeprefix("http://")
    gate = Gate(now=lambda: NOW, user_agent="Test", development=True, may_ask=met.__eq__)
    peer.answer = lambda request: web.Response(status=302, headers={"Location": f"{blocked}/x"})

    reasons = [await reason_of(gate.fetch(url)) for url in (f"{peer.url}/", f"{blocked}/")]
    posting = await reason_of(gate.post(f"{blocked}/inbox", b"", {}))

    assert [*reasons, posting] == ["refused-host"] * 3
    assert len(peer.seen) == 1
    await gate.close()


@pytest.mark.threat("T39")
async def test_at_most_three_redirects_are_followed(gate, peer):
    peer.answer = lambda request: web.Response(status=302, headers={"Location": f"{request.path}x"})

    assert await reason_of(gate.fetch(f"{peer.url}/")) == "redirects"
    assert len(peer.seen) == 4


@pytest.mark.threat("T42")
async def test_a_redirect_in_a_circle_ends_at_once(gate, peer):
    peer.answer = lambda request: web.Response(status=302, headers={"Location": "/again"})

    assert await reason_of(gate.fetch(f"{peer.url}/again")) == "budget"


@pytest.mark.threat("T39")
@pytest.mark.parametrize("headers", [{}, {"Location": ""}, {"Location": "https://[1:/"}])
async def test_a_redirect_to_no_address_leads_nowhere(gate, peer, headers):
    peer.answer = lambda request: web.Response(status=302, headers=headers)

    assert await reason_of(gate.fetch(f"{peer.url}/")) == "redirects"


@pytest.mark.threat("T39")
async def test_each_hop_of_a_redirect_is_signed_anew(gate, peer):
    key = load_signing_key("https://us.example/actor#main-key", make_keys()[0])

    def answer(request):
        if request.path == "/there":
            return web.Response()
        return web.Response(status=301, headers={"Location": "/there"})

    peer.answer = answer
    await gate.fetch(f"{peer.url}/here", key=key)

    first, second = (request.headers["Signature"] for request in peer.seen)
    assert first != second


@pytest.mark.threat("T39")
@pytest.mark.parametrize(
    "url",
    [
        "http://peer.example/",
        "http://peer.example:443/",
        "https://peer.example:8443/",
        "ftp://peer.example/",
        "file:///etc/passwd",
        "https://user:secret@peer.example/",
        "https://PEER.example/",
        "https://peer.example\\@127.0.0.1/",
        "gopher://peer.example:70/",
    ],
)
async def test_only_plain_https_on_its_own_port_is_asked(url):
    gate = await strict(Names(["93.184.216.34"]))

    assert await reason_of(gate.fetch(url)) == "refused-url"
    await gate.close()


@pytest.mark.threat("T41")
async def test_nothing_of_ours_but_our_name_goes_out(gate, peer):
    await gate.fetch(f"{peer.url}/")

    (request,) = peer.seen
    assert set(request.headers) == {"Host", "User-Agent", "Accept", "Accept-Encoding"}
    assert "Cookie" not in request.headers


@pytest.mark.threat("T41")
async def test_a_cookie_that_is_set_is_not_sent_back(gate, peer):
    peer.answer = lambda request: web.Response(headers={"Set-Cookie": "track=1; Path=/"})
    named = peer.url.replace("127.0.0.1", "localhost")
    await gate.fetch(f"{named}/one")

    await gate.fetch(f"{named}/two")

    assert "Cookie" not in peer.seen[1].headers


@pytest.mark.threat("T42")
async def test_a_piece_of_work_causes_only_the_fetches_it_may(gate, peer):
    budget = Budget(2)
    for number in range(2):
        await gate.fetch(f"{peer.url}/{number}", budget=budget)

    assert await reason_of(gate.fetch(f"{peer.url}/2", budget=budget)) == "budget"
    assert len(peer.seen) == 2


@pytest.mark.threat("T43")
async def test_a_body_that_is_too_large_is_let_go(gate, peer):
    peer.answer = lambda request: web.Response(body=b"x" * (DOCUMENT_BYTES_MAX + 1))

    assert await reason_of(gate.fetch(f"{peer.url}/")) == "too-large"


@pytest.mark.threat("T43")
async def test_a_body_without_a_length_is_counted_as_it_comes(gate, peer):
    async def endless(request):
        reply = web.StreamResponse()
        await reply.prepare(request)
        for _ in range(100):
            await reply.write(b"x" * 65_536)
        return reply

    peer.answer = endless

    assert await reason_of(gate.fetch(f"{peer.url}/")) == "too-large"


@pytest.mark.threat("T43")
async def test_a_compressed_body_is_not_unpacked(gate, peer):
    bomb = gzip.compress(b"0" * 10_000_000)
    peer.answer = lambda request: web.Response(body=bomb, headers={"Content-Encoding": "gzip"})

    assert await reason_of(gate.fetch(f"{peer.url}/")) == "media-type"


@pytest.mark.threat("T43")
async def test_a_body_that_trickles_is_let_go(gate, peer):
    async def trickle(request):
        reply = web.StreamResponse()
        await reply.prepare(request)
        for _ in range(50):
            await reply.write(b"x")
            await asyncio.sleep(0.05)
        return reply

    peer.answer = trickle

    assert await reason_of(gate.fetch(f"{peer.url}/")) == "slow"


@pytest.mark.threat("T43")
async def test_a_server_that_says_nothing_is_let_go(gate, peer):
    peer.answer = lambda request: asyncio.sleep(5)

    assert await reason_of(gate.fetch(f"{peer.url}/")) == "timeout"


@pytest.mark.threat("T13")
async def test_a_document_of_another_address_is_refused(gate, peer):
    peer.answer = lambda request: document("https://victim.example/people/rose")

    assert await reason_of(gate.fetch_document(f"{peer.url}/evil")) == "id-mismatch"


@pytest.mark.threat("T13")
async def test_another_address_of_the_same_server_is_asked_once_and_must_then_hold(gate, peer):
    peer.answer = lambda request: document(f"{peer.url}/real")
    found = await gate.fetch_document(f"{peer.url}/alias")

    peer.answer = lambda request: document(f"{peer.url}{request.path}x")
    reason = await reason_of(gate.fetch_document(f"{peer.url}/moving"))

    assert found["id"] == f"{peer.url}/real"
    assert reason == "id-mismatch"


@pytest.mark.threat("T14")
@pytest.mark.parametrize(
    "media_type",
    [
        "application/json",
        "text/html",
        "text/plain",
        "application/ld+json",
        'application/ld+json; profile="https://else.example/ns"',
        "application/octet-stream",
    ],
)
async def test_a_document_of_another_media_type_is_not_read(gate, peer, media_type):
    body = json.dumps({"id": f"{peer.url}/x", "type": "Note"}).encode()
    peer.answer = lambda request: web.Response(body=body, headers={"Content-Type": media_type})

    assert await reason_of(gate.fetch_document(f"{peer.url}/x")) == "media-type"


@pytest.mark.threat("T14")
async def test_a_document_with_two_media_types_is_not_read(gate, peer):
    def answer(request):
        reply = document(f"{peer.url}/x")
        reply.headers.add("Content-Type", "text/html")
        return reply

    peer.answer = answer

    assert await reason_of(gate.fetch_document(f"{peer.url}/x")) in ("media-type", "connection")


async def test_what_is_gone_is_told_from_what_cannot_be_asked(gate, peer):
    peer.answer = lambda request: web.Response(status=410)
    with pytest.raises(FetchFailed) as gone:
        await gate.fetch(f"{peer.url}/")
    peer.answer = lambda request: web.Response(status=500)
    with pytest.raises(FetchFailed) as broken:
        await gate.fetch(f"{peer.url}/")

    assert (gone.value.is_gone, broken.value.is_gone) == (True, False)


@pytest.mark.threat("T123")
async def test_a_redirect_of_a_post_is_not_followed(gate, peer):
    peer.answer = lambda request: web.Response(status=307, headers={"Location": "/elsewhere"})

    answer = await gate.post(f"{peer.url}/inbox", b"{}", {})

    assert answer.status == 307
    assert len(peer.seen) == 1


async def test_an_inbox_that_asks_for_patience_is_heard(gate, peer):
    peer.answer = lambda request: web.Response(
        status=429, headers={"Retry-After": "120"}, text="slow down"
    )

    answer = await gate.post(f"{peer.url}/inbox", b"{}", {})

    assert (answer.status, answer.retry_after_s, answer.body) == (429, 120, b"slow down")


async def test_a_date_until_which_to_be_patient_is_reckoned_by_the_clock_of_who_says_it(gate, peer):
    peer.answer = lambda request: web.Response(
        status=503,
        headers={
            "Date": "Sun, 06 Nov 1994 08:49:37 GMT",
            "Retry-After": "Sun, 06 Nov 1994 08:59:37 GMT",
        },
    )

    assert (await gate.post(f"{peer.url}/inbox", b"{}", {})).retry_after_s == 600


@pytest.mark.parametrize("wish", ["²", "soon", "-1", "1" * 10, "Sun, 99 Nov 1994 08:49:37 GMT"])
async def test_a_wish_for_patience_that_is_no_number_nor_date_counts_for_nothing(gate, peer, wish):
    peer.answer = lambda request: web.Response(status=429, headers={"Retry-After": wish})

    answer = await gate.post(f"{peer.url}/inbox", b"{}", {})

    assert (answer.status, answer.retry_after_s) == (429, None)


@pytest.mark.parametrize(
    "path", ["/a?feed=https%3A%2F%2Fb.example%2Frss", "/objects/{{object_id}}", "/%7Erose"]
)
async def test_an_address_goes_out_as_it_is_signed(gate, peer, path):
    document = {"id": peer.url + path, "type": "Note"}
    peer.answer = lambda request: web.json_response(document, content_type=ACTIVITY)
    budget = Budget(2)

    await gate.fetch_document(peer.url + path, None, budget)
    await gate.post(peer.url + path, b"{}", {})

    assert [request.raw_path for request in peer.seen] == [path, path]


@pytest.mark.threat("T40")
async def test_no_proxy_of_the_environment_is_used(gate, peer, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")

    assert (await gate.fetch(f"{peer.url}/")).status == 200


@pytest.mark.threat("T39")
async def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own_certificate(tmp_path))
    server = await asyncio.start_server(lambda r, w: w.close(), "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    gate = await strict(allowed_hosts=[f"127.0.0.1:{port}"])

    assert await reason_of(gate.fetch(f"https://127.0.0.1:{port}/")) == "tls"
    server.close()
    await gate.close()


def own_certificate(folder: Path) -> Path:
    """A key with a certificate that it signed itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "peer")])
    begins = datetime(2026, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=3_650))
        .sign(key, hashes.SHA256())
    )
    path = folder / "peer.pem"
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(pem))
    return path


RSA_KEY = load_signing_key("https://us.example/actor#main-key", make_keys()[0])


def only_if(peer: Peer, is_taken: Callable[[web.Request], bool], **headers: str) -> None:
    """Have the peer give its document to those who sign as it likes, and 401 to the others."""

    def answer(request: web.Request) -> web.Response:
        if is_taken(request):
            return document(peer.url + request.path_qs)
        return web.Response(status=401, headers=headers)

    peer.answer = answer


async def test_a_host_that_wants_the_other_form_gets_it_and_is_remembered(gate, peer):
    only_if(peer, lambda request: "Signature-Input" in request.headers)

    await gate.fetch_document(f"{peer.url}/1", RSA_KEY)
    await gate.fetch_document(f"{peer.url}/2", RSA_KEY)

    assert ["Signature-Input" in one.headers for one in peer.seen] == [False, True, True]


async def test_a_host_that_says_what_to_sign_gets_just_that(gate, peer):
    asked = 'here=("@method" "@target-uri" "@authority");created;tag="fedi"'
    only_if(
        peer,
        lambda request: 'tag="fedi"' in request.headers.get("Signature-Input", ""),
        **{"Accept-Signature": asked},
    )

    await gate.fetch_document(f"{peer.url}/1", RSA_KEY)

    assert (
        peer.seen[1]
        .headers["Signature-Input"]
        .startswith('here=("@method" "@target-uri" "@authority");created=')
    )


async def test_a_host_that_signs_no_query_is_met_at_the_third_request(gate, peer):
    bare = Request("GET", f"{peer.url}/1", [])
    only_if(
        peer,
        lambda request: (
            f"(request-target): get {bare.target}\n" in signed_text(request, f"{peer.url}/1")
        ),
    )

    await gate.fetch_document(f"{peer.url}/1?page=2", RSA_KEY)

    assert len(peer.seen) == 3


def signed_text(request: web.Request, url: str) -> str:
    """What a request would have signed had it been one for `url`; empty if it did not sign that."""
    pairs = [(name.lower(), value) for name, value in request.headers.items()]
    try:
        claim = read_claim(Request("GET", url, pairs), NOW)
        check_claim(claim, PublicKey(RSA_KEY.key.public_key()))  # type: ignore[arg-type]
    except BadSignature:
        return ""
    return claim.bases[0].decode() if claim.form == "cavage" else ""


@pytest.mark.threat("T135")
async def test_a_host_that_doubts_our_key_is_asked_with_the_other_one_that_is_good(gate, peer):
    newer = load_signing_key("https://us.example/actor#main-key-2", make_keys()[0])
    only_if(peer, lambda request: signed_text(request, f"{peer.url}/1") != "")

    await gate.fetch_document(f"{peer.url}/1", replace(newer, other=RSA_KEY))

    assert [key_named(request) for request in peer.seen] == [newer.iri, RSA_KEY.iri]


@pytest.mark.threat("T9")
async def test_the_other_key_is_tried_once_and_then_the_other_form(gate, peer):
    newer = load_signing_key("https://us.example/actor#main-key-2", make_keys()[0])
    only_if(peer, lambda request: False)

    reason = await reason_of(
        gate.fetch_document(f"{peer.url}/1", replace(newer, other=RSA_KEY), Budget(10))
    )

    seen = [(key_named(one), "Signature-Input" in one.headers) for one in peer.seen]
    assert (reason, seen) == (
        "status",
        [(newer.iri, False), (RSA_KEY.iri, False), (newer.iri, True)],
    )


def key_named(request: web.Request) -> str:
    """The id of the key that a request says it is signed with."""
    pairs = [(name.lower(), value) for name, value in request.headers.items()]
    return read_claim(Request("GET", str(request.url), pairs), NOW).key_iri


@pytest.mark.threat("T9")
async def test_a_host_that_refuses_every_signature_is_asked_three_times_within_the_budget(
    gate, peer
):
    only_if(peer, lambda request: False, **{"Accept-Signature": 'a=("@method")'})
    budget = Budget(10)

    reason = await reason_of(gate.fetch_document(f"{peer.url}/1?a=1", RSA_KEY, budget))

    assert (reason, len(peer.seen), budget.fetches) == ("status", 3, 7)


@pytest.mark.threat("T9")
async def test_a_host_that_forgot_the_form_it_took_is_asked_three_times_as_well(gate, peer):
    only_if(peer, lambda request: False, **{"Accept-Signature": 'a=("@method")'})
    gate.forms.learn(peer.url.partition("://")[2], "rfc9421")

    assert await reason_of(gate.fetch_document(f"{peer.url}/1?a=1", RSA_KEY)) == "status"
    assert len(peer.seen) == 3


@pytest.mark.threat("T45")
async def test_asking_once_more_counts_against_the_budget(gate, peer):
    only_if(peer, lambda request: False)

    assert await reason_of(gate.fetch_document(f"{peer.url}/1", RSA_KEY, Budget(1))) == "budget"
    assert len(peer.seen) == 1


@pytest.mark.threat("T42")
async def test_redirects_to_a_document_and_to_its_own_id_count_together(gate, peer):
    def answer(request: web.Request) -> web.Response:
        step = int(request.query_string or 0)
        if step in (2, 5):
            return document(f"{peer.url}/note?{step + 1}")
        return web.Response(status=302, headers={"Location": f"/note?{step + 1}"})

    peer.answer = answer

    assert await reason_of(gate.fetch_document(f"{peer.url}/note")) == "redirects"
    assert len(peer.seen) == 5


@pytest.mark.threat("T43")
async def test_all_that_one_piece_of_work_reads_has_a_limit_together(gate, peer):
    peer.answer = lambda request: document(f"{peer.url}{request.path}", content="x" * 1_000)
    budget = Budget(body_bytes=2_500)

    for name in ("one", "two"):
        await gate.fetch_document(f"{peer.url}/{name}", budget=budget)

    assert await reason_of(gate.fetch_document(f"{peer.url}/three", budget=budget)) == "budget"


async def test_a_document_that_is_still_the_version_held_is_not_sent_again(gate, peer):
    def answer(request: web.Request) -> web.Response:
        if request.headers.get("If-None-Match") == '"7"':
            return web.Response(status=304)
        reply = document(f"{peer.url}/note")
        reply.headers["ETag"] = '"7"'
        return reply

    peer.answer = answer

    found = await gate.fetch_version(f"{peer.url}/note")

    assert found.etag == '"7"'
    assert await reason_of(gate.fetch_version(f"{peer.url}/note", etag='"7"')) == "unchanged"


@dataclass
class Noted:
    """Pacing that notes what it is told, and refuses what a test says."""

    asked: list[tuple[str, bool]] = field(default_factory=list)
    waits: list[tuple[str, int]] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    refuses: str = "nothing"

    async def before(self, url: str, *, is_polite: bool) -> None:
        self.asked.append((url, is_polite))
        if url.endswith(self.refuses):
            raise FetchFailed("enough")

    async def after(self, url: str, retry_after_s: int) -> None:
        self.waits.append((url, retry_after_s))

    def note_silence(self, url: str) -> None:
        self.silent.append(url)


@pytest.fixture
async def noted(peer) -> AsyncIterator[tuple[Gate, Noted]]:
    pacing = Noted()
    gate = Gate(now=lambda: NOW, user_agent="Test", development=True, pacing=pacing)
    yield gate, pacing
    await gate.close()


@pytest.mark.threat("T46")
async def test_pacing_is_asked_before_every_request_redirects_among_them(noted, peer):
    gate, pacing = noted
    pacing.refuses = "/victim"
    peer.answer = lambda request: web.Response(status=302, headers={"Location": "/victim"})

    reason = await reason_of(gate.fetch_document(f"{peer.url}/a", budget=Budget(is_polite=True)))

    assert reason == "enough"
    assert pacing.asked == [(f"{peer.url}/a", True), (f"{peer.url}/victim", True)]
    assert [request.path for request in peer.seen] == ["/a"]


async def test_a_host_that_asks_us_to_wait_is_heard(noted, peer):
    gate, pacing = noted
    peer.answer = lambda request: web.Response(status=429, headers={"Retry-After": "999999"})

    with pytest.raises(FetchFailed) as caught:
        await gate.fetch_document(f"{peer.url}/a")

    assert caught.value.is_passing
    assert pacing.waits == [(f"{peer.url}/a", 86_400)]


@pytest.mark.threat("T47")
@pytest.mark.parametrize("host", ["10.1.2.3", "127.0.0.1", "innocent.example"])
async def test_an_inbox_is_looked_at_again_whenever_something_is_sent_to_it(host):
    gate = await strict(Names(["10.0.0.1"]))

    assert await reason_of(gate.post(f"https://{host}/inbox", b"{}", {})) in (
        "refused-address",
        "refused-url",
    )
    await gate.close()


LISTED = {"type": "OrderedCollection", "orderedItems": ["https://nodebb.example/post/1"]}


@pytest.mark.parametrize(
    "named",
    [{}, {"id": None}, {"id": "/gone"}, {"id": "https://elsewhere.example/list"}],
    ids=["absent", "null", "gone", "elsewhere"],
)
async def test_a_collection_is_what_was_answered_at_the_address_asked(gate, peer, named):
    """NodeBB's have no id; PieFed's names an address that is 404."""
    said = LISTED | {key: f"{peer.url}{at}" if at == "/gone" else at for key, at in named.items()}

    def answer(request: web.Request) -> web.Response:
        if request.path != "/list":
            return web.Response(status=404)
        return web.json_response(said, content_type=ACTIVITY)

    peer.answer = answer

    assert await gate.fetch_document(f"{peer.url}/list") == said


@pytest.mark.threat("T13")
@pytest.mark.parametrize("kind", ["Note", "Person", "Create"])
async def test_nothing_but_a_collection_is_believed_without_its_address(gate, peer, kind):
    peer.answer = lambda request: web.json_response({"type": kind}, content_type=ACTIVITY)

    assert await reason_of(gate.fetch_document(f"{peer.url}/note")) == "id-mismatch"


async def test_whose_answer_was_waited_for_in_vain_is_said(peer):
    pacing = Noted()
    gate = Gate(
        now=lambda: NOW, user_agent="Test", development=True, pacing=pacing, fetch_s_max=0.2
    )
    peer.answer = lambda request: asyncio.sleep(5)

    reason = await reason_of(gate.fetch(f"{peer.url}/a"))
    await gate.close()

    assert (reason, pacing.silent) == ("timeout", [f"{peer.url}/a"])
