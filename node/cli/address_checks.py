"""Whether the public address leads to this node, and what stands between leaves it whole."""

from dataclasses import dataclass
from urllib.parse import urlsplit

import msgspec
from aiohttp import ClientConnectorCertificateError

from federation.discovery.webfinger import Resource, read_jrd, webfinger_url
from federation.errors import FetchFailed, Malformed
from federation.gate import Gate
from federation.signatures import SigningKey, sign_request
from federation.strictjson import read_json
from node.base.ids import new_name
from node.cli.findings import Finding, good, look

UNREACHED = "Nobody can open our pages, and other nodes can bring us nothing."
NO_NODE = frozenset((502, 503, 504))
TAKEN = 202


@dataclass(frozen=True, slots=True)
class Address:
    """Our public address, and the port behind the proxy where the node itself listens."""

    url: str
    port: int

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc


async def check_address(gate: Gate, address: Address) -> Finding:
    """Whether who asks our public address for this node finds it there."""
    scheme = address.url.partition("://")[0]
    asked = webfinger_url(scheme, Resource(address.host, address.host))
    try:
        found = await gate.fetch(asked, accept="application/jrd+json")
        named = read_jrd(read_json(found.body), development=scheme == "http").actors
    except FetchFailed as failed:
        return unreached(failed, address)
    except Malformed:
        return another_server(address)
    if f"{address.url}/actor" not in named:
        return another_server(address)
    return good(f"{address.url} leads here.")


def unreached(failed: FetchFailed, address: Address) -> Finding:
    """What is wrong on the way to our public address, by how asking it failed."""
    host = address.host
    match failed.reason:
        case "dns":
            return look(
                f"The name {host} is not known (DNS).",
                UNREACHED,
                "Where you have the name from, let it point to this machine (records A and AAAA)."
                " It can take an hour. If the name is written wrong, make the node anew: an"
                " address never changes.",
            )
        case "tls":
            return look(f"The certificate of {host} is not good: {tls_words(failed)}.", *TLS_ADVICE)
        case "refused-address":
            return look(
                f"The name {host} leads to an address inside this house, not to a public one.",
                "Asked from here, nobody can say whether others reach us.",
                "Let the name point to the public address of this machine, here as well (DNS, and"
                " the file /etc/hosts).",
            )
        case "status" if failed.status in NO_NODE:
            return look(
                f"{host} answers, but the node behind it does not ({failed.status}).",
                UNREACHED,
                "Start the node (`hedgerow serve`, or `systemctl start hedgerow`), and let"
                f" the proxy lead to 127.0.0.1:{address.port}: there the node listens.",
            )
        case "status" | "redirects" | "too-large":
            return another_server(address)
    return look(
        f"Nothing answers at {host} ({failed.reason}).",
        UNREACHED,
        "Start the proxy (Caddy or nginx), and let ports 80 and 443 through the firewall and the"
        " router.",
    )


TLS_ADVICE = (
    "Browsers warn those who come, and other nodes refuse to speak to us.",
    "Caddy gets a new certificate by itself if ports 80 and 443 are open: look at what it says"
    " (`journalctl -u caddy`). With nginx run certbot again.",
)


def tls_words(failed: FetchFailed) -> str:
    """What is wrong with a certificate, in the words of the library, such as that it expired."""
    cause = failed.__cause__
    if isinstance(cause, ClientConnectorCertificateError):
        cause = cause.certificate_error
    return str(getattr(cause, "verify_message", "") or "no safe connection was made")


def another_server(address: Address) -> Finding:
    return look(
        f"{address.url} leads to another server.",
        UNREACHED,
        f"Let the proxy lead there to 127.0.0.1:{address.port}, and pass `Host` as it came.",
    )


async def check_signatures(gate: Gate, address: Address, key: SigningKey, now: int) -> Finding:
    """Whether a signed message that is brought to our public address arrives as it was signed.

    It is by the node to itself, of a kind that has no effect.
    """
    inbox, actor = f"{address.url}/inbox", f"{address.url}/actor"
    body = msgspec.json.encode(
        {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": f"{address.url}/activities/{new_name()}",
            "type": "View",
            "actor": actor,
            "object": actor,
        }
    )
    signed = sign_request("POST", inbox, body, key, now)
    try:
        answer = await gate.post(inbox, body, signed)
    except FetchFailed as failed:
        return changed_on_the_way(failed.reason)
    if answer.status == TAKEN:
        return good("Signed messages arrive as they were signed.")
    return changed_on_the_way(str(answer.status))


def changed_on_the_way(outcome: str) -> Finding:
    return look(
        f"A signed message to our own address was not taken ({outcome}).",
        "What other nodes send us is refused: the proxy changes it or drops its signature.",
        "Let the proxy pass every header, `Host` and `Signature` among them, and the body as they"
        " came; `deploy/` has a Caddyfile and an nginx.conf that do.",
    )
