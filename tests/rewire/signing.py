"""Keys, canonical JSON, proofs and HTTP signatures: made here, and checked by separate code for the self-test."""

import base64
import datetime
import email.utils
import hashlib
import ipaddress
import json
import pathlib
import re
import time
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa

AP = "application/activity+json"
ACCEPT = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams", application/activity+json'
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def jcs(value):
    """RFC 8785 canonical JSON, for the numbers that occur here."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return "{" + ",".join(f"{jcs(key)}:{jcs(value[key])}" for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(jcs, value)) + "]"
    return json.dumps(
        int(value) if isinstance(value, float) and value.is_integer() else value, ensure_ascii=False
    )


def base58(data):
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = BASE58[digit] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


class Keys:
    """An RSA-2048 and an Ed25519 key per actor, made once and kept in a file."""

    def __init__(self, path):
        self.path, self.kept, self.ready = pathlib.Path(path), {}, {}
        if self.path.exists():
            self.kept = json.loads(self.path.read_text())

    def pair(self, name):
        if name not in self.ready:
            if name not in self.kept:
                made = rsa.generate_private_key(65537, 2048), ed25519.Ed25519PrivateKey.generate()
                self.kept[name] = [private_pem(key).decode() for key in made]
            self.ready[name] = [
                serialization.load_pem_private_key(pem.encode(), None) for pem in self.kept[name]
            ]
        return self.ready[name]

    def save(self):
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.touch(0o600)
        self.path.write_text(json.dumps(self.kept))

    def pem(self, name, pkcs1=False):
        shape = (
            serialization.PublicFormat.PKCS1
            if pkcs1
            else serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return (
            self.pair(name)[0].public_key().public_bytes(serialization.Encoding.PEM, shape).decode()
        )

    def multikey(self, name):
        raw = (
            self.pair(name)[1]
            .public_key()
            .public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        )
        return "z" + base58(b"\xed\x01" + raw)


def sign_cavage(key, key_id, method, url, body, style):
    """Headers of a request signed as draft-cavage-12 says; a body adds its Digest."""
    algorithm, names = style
    parts = urlsplit(url)
    target = parts.path + ("?" + parts.query if parts.query else "")
    headers = {"Host": parts.netloc, "Date": email.utils.formatdate(usegmt=True), "Accept": ACCEPT}
    if body is None:
        names = "(request-target) host date"
    else:
        headers |= {
            "Content-Type": AP,
            "Digest": "SHA-256=" + base64.b64encode(hashlib.sha256(body).digest()).decode(),
        }
    named = {name.lower(): value for name, value in headers.items()} | {
        "(request-target)": f"{method.lower()} {target}"
    }
    text = "\n".join(f"{name}: {named[name]}" for name in names.split())
    signature = base64.b64encode(
        key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
    ).decode()
    headers["Signature"] = (
        f'keyId="{key_id}",algorithm="{algorithm}",headers="{names}",signature="{signature}"'
    )
    return headers


def sign_rfc9421(key, key_id, method, url, body):
    """Headers of a request signed as RFC 9421 says, with rsa-v1_5-sha256 and the components Mastodon asks for."""
    digest = "sha-256=:" + base64.b64encode(hashlib.sha256(body).digest()).decode() + ":"
    parameters = f'("@method" "@target-uri" "content-digest");created={int(time.time())};keyid="{key_id}";alg="rsa-v1_5-sha256"'
    text = f'"@method": {method}\n"@target-uri": {url}\n"content-digest": {digest}\n"@signature-params": {parameters}'
    signature = base64.b64encode(
        key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
    ).decode()
    return {
        "Content-Type": AP,
        "Content-Digest": digest,
        "Signature-Input": "sig1=" + parameters,
        "Signature": f"sig1=:{signature}:",
    }


def proof_hash(document):
    """What an eddsa-jcs-2022 proof signs: the hash of its options, then that of the document without its signatures."""
    options = {key: value for key, value in document["proof"].items() if key != "proofValue"}
    bare = {key: value for key, value in document.items() if key not in ("proof", "signature")}
    return (
        hashlib.sha256(jcs(options).encode()).digest() + hashlib.sha256(jcs(bare).encode()).digest()
    )


def check_request(headers, method, url, body, pem):
    """Raise unless the request's signature, of either form, verifies with the public key in `pem`.

    Written apart from the signers above, from draft-cavage-12 and RFC 9421, so that one finds the other's mistakes.
    """
    key, parts = serialization.load_pem_public_key(pem.encode()), urlsplit(url)
    fields = {name.lower(): value for name, value in headers.items()} | {"host": parts.netloc}
    if "signature-input" in fields:
        label, parameters = fields["signature-input"].split("=", 1)
        derived = {"@method": method.upper(), "@target-uri": url, "@authority": parts.netloc}
        names = re.findall(r'"([^"]+)"', parameters[: parameters.index(")")])
        lines = [f'"{name}": {derived.get(name, fields.get(name))}' for name in names] + [
            f'"@signature-params": {parameters}'
        ]
        signature = re.fullmatch(re.escape(label) + "=:(.*):", fields["signature"])[1]
        digest, needed = (
            fields.get("content-digest", "").removeprefix("sha-256=:").removesuffix(":"),
            {"@method", "@target-uri"},
        )
        needed |= {"content-digest"} if body is not None else set()
    else:
        given = dict(re.findall(r'(\w+)="([^"]*)"', fields["signature"]))
        names, signature = given["headers"].split(" "), given["signature"]
        path = url[len(parts.scheme) + 3 + len(parts.netloc) :] or "/"
        lines = [
            f"{name}: {method.lower()} {path}"
            if name == "(request-target)"
            else f"{name}: {fields[name]}"
            for name in names
        ]
        digest, needed = (
            fields.get("digest", "").removeprefix("SHA-256="),
            {"(request-target)", "host", "date"},
        )
        needed |= {"digest"} if body is not None else set()
    if not needed <= set(names):
        raise ValueError(f"the signature leaves out {needed - set(names)}")
    if body is not None and base64.b64decode(digest) != hashlib.sha256(body).digest():
        raise ValueError("the digest is not that of the body")
    key.verify(
        base64.b64decode(signature), "\n".join(lines).encode(), padding.PKCS1v15(), hashes.SHA256()
    )


def check_proof(document, multikey):
    """Raise unless the document's eddsa-jcs-2022 proof verifies with the Ed25519 key written as a Multikey."""
    public = ed25519.Ed25519PublicKey.from_public_bytes(unbase58(multikey[1:])[2:])
    public.verify(unbase58(document["proof"]["proofValue"][1:]), proof_hash(document))


def unbase58(text):
    number = 0
    for character in text:
        number = number * 58 + BASE58.index(character)
    return b"\0" * (len(text) - len(text.lstrip("1"))) + number.to_bytes(
        (number.bit_length() + 7) // 8, "big"
    )


def make_authority(folder):
    """The path of an authority's certificate in `folder`, made on the first call, with the certificate and its key."""
    path = pathlib.Path(folder) / "ca.pem"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        key = rsa.generate_private_key(65537, 2048)
        path.write_bytes(
            issue("rewire authority", key, None, key, []).public_bytes(serialization.Encoding.PEM)
        )
        path.with_suffix(".key").touch(0o600)
        path.with_suffix(".key").write_bytes(private_pem(key))
    key = serialization.load_pem_private_key(path.with_suffix(".key").read_bytes(), None)
    return path, x509.load_pem_x509_certificate(path.read_bytes()), key


def make_certificate(names, folder):
    """The path of a server's certificate for all `names`, with its key, issued by the authority kept in `folder`."""
    _, authority, authority_key = make_authority(folder)
    key, path = rsa.generate_private_key(65537, 2048), pathlib.Path(folder) / "server.pem"
    path.touch(0o600)
    path.write_bytes(
        issue("rewire", key, authority, authority_key, names).public_bytes(
            serialization.Encoding.PEM
        )
        + private_pem(key)
    )
    return path


def issue(name, key, authority, authority_key, names):
    """A certificate for `key`; one without an authority is an authority itself."""
    subject, now = (
        x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]),
        datetime.datetime.now(datetime.UTC),
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(authority.subject if authority else subject)
        .public_key(key.public_key())
    )
    made = (
        made.serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=30))
    )
    made = made.add_extension(
        x509.BasicConstraints(ca=authority is None, path_length=None), critical=True
    )
    if names:
        kinds = [
            x509.IPAddress(ipaddress.ip_address(each))
            if re.fullmatch(r"[\d.]+", each)
            else x509.DNSName(each)
            for each in names
        ]
        made = made.add_extension(x509.SubjectAlternativeName(kinds), critical=False)
    return made.sign(authority_key, hashes.SHA256())


def private_pem(key):
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
