"""The wire level of fedload: keys, a private CA, draft-cavage signatures, raw HTTP/1.1, /proc figures.

The load generator writes ready-made request bytes to plain asyncio streams: several times cheaper than
a full HTTP client, which matters where it shares the cores with its target.
"""

import asyncio
import base64
import email.utils
import hashlib
import json
import os
import re
import ssl
import subprocess
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import serialization as ser
from cryptography.hazmat.primitives.asymmetric import padding, rsa

STATE = Path(os.environ.get("FEDLOAD_STATE", Path.home() / ".cache" / "fedload"))
AP = "application/activity+json"


# ---- keys and certificates, made once and kept under STATE


def actor_key(name):
    path = STATE / "keys" / f"{name}.pem"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(
            rsa.generate_private_key(65537, 2048).private_bytes(
                ser.Encoding.PEM, ser.PrivateFormat.PKCS8, ser.NoEncryption()
            )
        )
    return ser.load_pem_private_key(path.read_bytes(), None, unsafe_skip_rsa_key_validation=True)


def public_pem(key):
    return (
        key.public_key()
        .public_bytes(ser.Encoding.PEM, ser.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


HOSTS_NAMED = 200


def server_tls(suffix, ip):
    """Server context for the fake hosts; its certificate is signed by our private CA, STATE/ca.pem.

    Each host is named: right below a top-level domain no wildcard counts.
    """
    named = ",".join(f"DNS:{prefix}{n:03d}.{suffix}" for prefix in "os" for n in range(HOSTS_NAMED))
    STATE.mkdir(parents=True, exist_ok=True)
    ca, crt, key = STATE / "ca.pem", STATE / f"{suffix}.crt", STATE / f"{suffix}.key"
    new = "openssl req -x509 -nodes -days 3650 -newkey ec -pkeyopt ec_paramgen_curve:P-256".split()
    if not ca.exists():
        subprocess.run(
            [
                *new,
                "-keyout",
                f"{ca}.key",
                "-out",
                ca,
                "-subj",
                "/CN=fedload private CA",
                "-addext",
                "keyUsage=critical,keyCertSign",
            ],
            check=True,
            capture_output=True,
        )
    if not crt.exists():
        subprocess.run(
            [
                *new,
                "-keyout",
                key,
                "-out",
                crt,
                "-subj",
                f"/CN={suffix}",
                "-CA",
                ca,
                "-CAkey",
                f"{ca}.key",
                "-addext",
                f"subjectAltName={named},DNS:*.{suffix},DNS:{suffix},IP:{ip}",
                "-addext",
                "basicConstraints=critical,CA:FALSE",
            ],
            check=True,
            capture_output=True,
        )
    ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ctx.load_cert_chain(crt, key)
    return ctx


# ---- HTTP signatures (draft-cavage-12, rsa-sha256)


def http_date():
    return email.utils.formatdate(usegmt=True)


def digest(body):
    return "SHA-256=" + base64.b64encode(hashlib.sha256(body).digest()).decode()


def signed_request(key, key_id, method, url, body=b"", date=None):
    """The bytes of a whole signed request to url, which gives Host and path."""
    u = urlsplit(url)
    target = u.path + (f"?{u.query}" if u.query else "")
    headers = {"Host": u.netloc, "Date": date or http_date(), "Accept": AP}
    if body:
        headers |= {"Digest": digest(body), "Content-Type": AP}
    signed = {"(request-target)": f"{method.lower()} {target}"} | {
        k.lower(): v for k, v in headers.items() if k != "Accept"
    }
    text = "\n".join(f"{k}: {v}" for k, v in signed.items())
    sig = base64.b64encode(key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())).decode()
    headers["Signature"] = (
        f'keyId="{key_id}",algorithm="rsa-sha256",headers="{" ".join(signed)}",signature="{sig}"'
    )
    return request_bytes(method, target, headers, body)


def wrong_with(path_qs, headers, body, public_key):
    """What is wrong with the signature of this received POST; '' if nothing is."""
    p = dict(re.findall(r'(\w+)="?([^",]+)"?', headers.get("Signature", "")))
    names = p.get("headers", "date").lower().split()
    if "signature" not in p:
        return "no cavage signature" + (
            " but an RFC 9421 one" if "Signature-Input" in headers else ""
        )
    if "digest" not in names or headers.get("Digest", "").replace("sha-256=", "SHA-256=") != digest(
        body
    ):
        return "digest missing, unsigned or wrong"
    pseudo = {
        "(request-target)": f"post {path_qs}",
        "(created)": p.get("created"),
        "(expires)": p.get("expires"),
    }
    text = "\n".join(f"{n}: {pseudo[n] if n in pseudo else headers.get(n, '')}" for n in names)
    try:
        public_key.verify(
            base64.b64decode(p["signature"]), text.encode(), padding.PKCS1v15(), hashes.SHA256()
        )
    except InvalidSignature:
        return "signature does not verify"
    return ""


# ---- raw HTTP/1.1


def request_bytes(method, target, headers, body=b""):
    headers = {"User-Agent": "fedload/1.0"} | headers
    if body or method != "GET":
        headers["Content-Length"] = len(body)
    lines = [f"{method} {target} HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


class Conn:
    """One keep-alive connection to base (http[s]://host[:port])."""

    def __init__(self, base, ca=None):
        u = urlsplit(base)
        self.tls = ssl.create_default_context(cafile=ca) if u.scheme == "https" else None
        self.host, self.port = u.hostname, u.port or (443 if self.tls else 80)
        self.writer = None

    async def send(self, raw, timeout=60):
        """Sends whole request bytes → (status, head, body). A stale kept connection is reopened once."""
        for fresh in (True,) if self.writer is None else (False, True):
            try:
                return await asyncio.wait_for(self._send(raw), timeout)
            except BaseException as e:
                self.close()
                if fresh or not isinstance(e, (OSError, EOFError)):
                    raise

    async def _send(self, raw):
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection(
                self.host, self.port, ssl=self.tls, limit=1 << 20
            )
        self.writer.write(raw)
        r = self.reader
        head = await r.readuntil(b"\r\n\r\n")
        low, status, body = head.lower(), int(head[9:12]), b""
        if b"\r\ntransfer-encoding: chunked" in low:
            while size := int((await r.readuntil(b"\r\n")).split(b";")[0], 16):
                body += (await r.readexactly(size + 2))[:-2]
            await r.readuntil(b"\r\n")
        elif m := re.search(rb"\r\ncontent-length: *(\d+)", low):
            body = await r.readexactly(int(m[1]))
        elif status not in (204, 304):
            body = await r.read()
            self.close()
        if b"\r\nconnection: close" in low:
            self.close()
        return status, head, body

    def close(self):
        if self.writer:
            self.writer.close()
        self.writer = None


class Target:
    """The server under test, as its TOML file describes it (see target.example.toml)."""

    def __init__(self, path):
        d = tomllib.loads(Path(path).read_text())
        self.name, self.base = d.get("name", Path(path).stem), d["base"].rstrip("/")
        self.connect, self.ca = d.get("connect", self.base), d.get("ca")
        self.host, self.account = urlsplit(self.base).netloc, d["account"]
        self.domain = d.get("domain", self.host)
        token = d.get("token") or Path(d["token_file"]).read_text().strip()
        self.auth = {
            "Host": self.host,
            "Authorization": f"Bearer {token}",
            "Accept": "application/json",
        }
        self.pids = list(d.get("pids", []))
        if "pid_file" in d and Path(d["pid_file"]).exists():
            self.pids += map(int, Path(d["pid_file"]).read_text().split())
        self.actor, self.inbox, self.shared_inbox = (
            d.get("actor"),
            d.get("inbox"),
            d.get("shared_inbox"),
        )
        self.origin = {"scheme": "https", "ip": "127.0.0.1", "suffix": "test"} | d.get("origin", {})
        self.origin.setdefault("port", 443 if self.origin["scheme"] == "https" else 80)
        self._api = self.conn()

    def conn(self):
        return Conn(self.connect, self.ca)

    def api_bytes(self, method, path, data=None):
        body = json.dumps(data).encode() if data is not None else b""
        return request_bytes(
            method, path, self.auth | ({"Content-Type": "application/json"} if body else {}), body
        )

    async def fetch(self, raw, conn=None):
        """→ (JSON of the answer, its head)"""
        status, head, body = await (conn or self._api).send(raw)
        if status >= 300:
            raise RuntimeError(f"{raw.split(b' HTTP')[0].decode()} → {status}: {body[:300]!r}")
        return json.loads(body), head.decode()

    async def api(self, method, path, data=None, conn=None):
        return (await self.fetch(self.api_bytes(method, path, data), conn))[0]


# ---- figures


def quantiles(seconds):
    s = sorted(seconds)
    at = {"p50_ms": 0.5, "p95_ms": 0.95, "p99_ms": 0.99, "max_ms": 1}
    return (
        {k: round(1000 * s[min(len(s) - 1, int(q * len(s)))], 2) for k, q in at.items()}
        if s
        else {}
    )


def tree(pids):
    """These processes and their descendants."""
    for pid in pids:
        try:
            kids = [
                c
                for f in Path(f"/proc/{pid}/task").glob("*/children")
                for c in map(int, f.read_text().split())
            ]
        except OSError:
            continue
        yield pid
        yield from tree(kids)


def cpu_seconds(pids):
    """User and system seconds of these processes and their descendants, those already reaped included."""
    ticks = 0
    for pid in tree(pids):
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def machine_cpu_seconds():
    f = [int(x) for x in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    return (sum(f) - f[3] - f[4]) / os.sysconf("SC_CLK_TCK")  # all but idle and iowait


def memory_mib(pids):
    """Resident memory of the tree; PSS counts a page shared by several processes once."""
    text = "".join(Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in tree(pids))
    return {
        f"{k.lower()}_mib": round(sum(map(int, re.findall(rf"^{k}: +(\d+)", text, re.M))) / 1024, 1)
        for k in ("Rss", "Pss")
    }
