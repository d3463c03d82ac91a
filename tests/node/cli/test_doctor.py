"""The doctor, asked about nodes that run, with one thing wrong at a time."""

import asyncio
import sqlite3
import ssl
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import formatdate
from ipaddress import ip_address
from pathlib import Path
from time import time

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from federation.errors import FetchFailed
from node.base.version import __version__
from node.cli.address_checks import Address, unreached
from node.db.folder import DATABASE_FILE
from tests.journeys.processes import NodeProcess, free_port

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(120),
    pytest.mark.feature("O03"),
]

HOUR_S = 3_600
UNSPOILT: frozenset[str] = frozenset()


@dataclass
class Proxied:
    """A node, and the proxy in front of it, which loses the headers that a test names."""

    node: NodeProcess
    lost: frozenset[str] = UNSPOILT

    async def pass_on(self, request: web.Request) -> web.Response:
        url = f"http://127.0.0.1:{self.node.port}{request.path_qs}"
        headers = {name: text for name, text in request.headers.items() if name not in self.lost}
        body = await request.read()
        async with (
            aiohttp.ClientSession(skip_auto_headers=("User-Agent",)) as session,
            session.request(request.method, url, headers=headers, data=body or None) as reply,
        ):
            kept = {"Content-Type": reply.headers.get("Content-Type", "")}
            return web.Response(status=reply.status, body=await reply.read(), headers=kept)

    async def looks(self) -> str:
        return await looks(self.node)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Proxied]:
    """One that runs, and whose public address is that of the proxy."""
    proxied = Proxied(NodeProcess(tmp_path_factory.mktemp("doctor") / "data"))
    node = proxied.node
    async with serving(proxied.pass_on) as port:
        await node.run("init", "--url", f"http://127.0.0.1:{port}", "--name", "T", "--development")
        await node.start()
        yield proxied
        await node.end()


@pytest.fixture(autouse=True)
def as_it_was(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever a test spoilt is whole again for the next."""
    yield
    if "running" in request.fixturenames:
        proxied: Proxied = request.getfixturevalue("running")
        proxied.lost = UNSPOILT
        proxied.node.folder.chmod(0o700)
        in_store(proxied.node, "delete from delivery")
        in_store(proxied.node, "delete from outbox_entry")
        in_store(proxied.node, "delete from destination")


@asynccontextmanager
async def serving(
    handle: Callable[[web.Request], Awaitable[web.Response]], tls: ssl.SSLContext | None = None
) -> AsyncIterator[int]:
    """Something that answers every request on loopback; on which port."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handle)
    runner = web.AppRunner(app)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port, ssl_context=tls).start()
    yield port
    await runner.cleanup()


async def looks(node: NodeProcess) -> str:
    """What the doctor wants looked at; empty where all is well."""
    status, out, _ = await node.run("doctor")
    lines = [line for line in out.splitlines() if not line.startswith("ok ")]
    assert status == (1 if lines else 0)
    return "\n".join(lines)


def in_store(node: NodeProcess, sql: str, **values: object) -> None:
    with closing(sqlite3.connect(node.folder / DATABASE_FILE)) as store, store:
        store.execute(sql, values)


def put_destination(node: NodeProcess, host: str, *, failures: int, reached_at: float) -> None:
    in_store(
        node,
        """
        insert into destination (host, failures, retry_at, signature_form, last_success_at)
        values (:host, :failures, 0, 'cavage', :reached_at)
        """,
        host=host,
        failures=failures,
        reached_at=int(reached_at),
    )


async def made(folder: Path, url: str) -> NodeProcess:
    """A node that is made, and does not run."""
    node = NodeProcess(folder)
    status, _, err = await node.run("init", "--url", url, "--name", "T", "--development")
    assert status == 0, err
    return node


async def test_nothing_is_wrong_with_a_node_that_is_well(running):
    assert await running.looks() == ""


async def test_a_node_that_does_not_run_is_said_not_to_and_what_to_do(tmp_path):
    told = await looks(await made(tmp_path / "data", f"http://127.0.0.1:{free_port()}"))

    assert "The node does not run." in told
    assert "What to do: Start it: `hedgerow serve`" in told


async def test_a_port_at_which_nothing_answers_is_said_to_be_one(tmp_path):
    port = free_port()
    told = await looks(await made(tmp_path / "data", f"http://127.0.0.1:{port}"))

    assert f"Nothing answers at 127.0.0.1:{port} (connection)." in told
    assert "let ports 80 and 443 through the firewall" in told


async def test_an_address_that_leads_elsewhere_is_said_to(tmp_path):
    async def say_no(request: web.Request) -> web.Response:
        return web.Response(status=404)

    async with serving(say_no) as port:
        told = await looks(await made(tmp_path / "data", f"http://127.0.0.1:{port}"))

    assert f"http://127.0.0.1:{port} leads to another server." in told


async def test_a_proxy_with_no_node_behind_it_is_told_from_one_that_is_not_there(tmp_path):
    async def say_nobody_is_behind(request: web.Request) -> web.Response:
        return web.Response(status=502)

    async with serving(say_nobody_is_behind) as port:
        told = await looks(await made(tmp_path / "data", f"http://127.0.0.1:{port}"))

    assert f"127.0.0.1:{port} answers, but the node behind it does not (502)." in told


async def test_a_certificate_that_has_expired_is_said_to_have(tmp_path):
    authority = tmp_path / "authority.pem"
    async with serving(never, tls=expired_tls(authority)) as port:
        node = await made(tmp_path / "data", f"https://127.0.0.1:{port}")
        settings = node.folder / "hedgerow.toml"
        text = settings.read_text()
        settings.write_text(text.replace("[federation]", f'[federation]\nca_file = "{authority}"'))
        told = await looks(node)

    assert f"The certificate of 127.0.0.1:{port} is not good: certificate has expired." in told
    assert "Caddy gets a new certificate by itself" in told


async def never(request: web.Request) -> web.Response:
    raise AssertionError("nobody gets past the certificate")


def expired_tls(authority: Path) -> ssl.SSLContext:
    """A certificate for 127.0.0.1 that was good until an hour ago; `authority` vouches for it."""
    key, until = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC) - timedelta(hours=1)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(until - timedelta(days=90))
        .not_valid_after(until)
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    authority.write_bytes(certificate.public_bytes(Encoding.PEM))
    pair = authority.with_name("pair.pem")
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    pair.write_bytes(authority.read_bytes() + private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair)
    return context


@pytest.mark.parametrize("header", ["Signature", "Digest", "Date"])
async def test_a_proxy_that_loses_what_is_signed_is_said_to(running, header):
    running.lost = frozenset((header,))

    told = await running.looks()

    assert "A signed message to our own address was not taken (401)." in told
    assert "Let the proxy pass every header" in told


@pytest.mark.parametrize(
    ("ahead_s", "said"), [(600, "600 seconds behind"), (-600, "600 seconds ahead"), (3, "")]
)
async def test_a_clock_that_other_nodes_do_not_share_is_said_to_be_wrong(running, ahead_s, said):
    async def say_the_time(request: web.Request) -> web.Response:
        return web.json_response({}, headers={"Date": formatdate(time() + ahead_s, usegmt=True)})

    async with serving(say_the_time) as port:
        put_destination(running.node, f"127.0.0.1:{port}", failures=0, reached_at=time())
        told = await running.looks()

    assert said in told
    assert bool(told) is bool(said)


async def test_a_neighbour_that_takes_nothing_for_two_days_is_named(running):
    then = int(time()) - 50 * HOUR_S
    put_destination(running.node, "valley.example", failures=9, reached_at=then)
    wait_for_valley(running.node, then)

    told = await running.looks()

    assert "has waited more than a day: valley.example (last reached 2 days ago)." in told


async def test_a_neighbour_that_is_away_for_an_hour_is_not_worth_a_word(running):
    then = int(time()) - HOUR_S
    put_destination(running.node, "valley.example", failures=2, reached_at=then)
    wait_for_valley(running.node, then)

    assert await running.looks() == ""


def wait_for_valley(node: NodeProcess, since: int) -> None:
    """Something has waited for valley.example, whose turn is not yet."""
    in_store(
        node,
        """
        insert into outbox_entry (id, iri, actor_id, object_iri, kind, body, public, created_at)
        select 1, 'http://127.0.0.1/activities/1', id, 'http://127.0.0.1/posts/1', 'Like', '{}', 0,
            :since from actor where local = 1 and kind = 'Application'
        """,
        since=since,
    )
    in_store(
        node,
        """
        insert into delivery (id, entry_id, host, inbox, state, tries, next_try_at, created_at)
        values (1, 1, 'valley.example', 'https://valley.example/inbox', 'waiting', 9,
            :later, :since)
        """,
        since=since,
        later=int(time()) + HOUR_S,
    )
    in_store(node, "update destination set retry_at = :later", later=int(time()) + HOUR_S)


async def test_a_folder_that_others_can_look_into_is_said_to_be_one(running):
    running.node.folder.chmod(0o755)

    told = await running.looks()

    assert "Others on this machine can look into the data folder." in told
    assert f"chmod -R go= {running.node.folder}" in told


async def test_a_node_that_runs_in_another_version_than_the_installed_one_is_said_to(running):
    newer = (
        "import sys; from node.base import version; version.__version__ = '9.9.9';"
        "from node.__main__ import main; main()"
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", newer, "--data", str(running.node.folder), "doctor"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    out, _ = await process.communicate()

    assert process.returncode == 1
    assert f"Version {__version__} runs, and 9.9.9 is installed." in out.decode()


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("dns", "The name group.example is not known (DNS)."),
        ("refused-address", "The name group.example leads to an address inside this house"),
        ("timeout", "Nothing answers at group.example (timeout)."),
    ],
)
async def test_what_keeps_others_from_our_address_is_named(reason, said):
    found = unreached(FetchFailed(reason), Address("https://group.example", 8080))

    assert found.sentence.startswith(said)
    assert found.why
    assert found.remedy
