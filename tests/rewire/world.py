"""The rewritten documents, and the loopback origins that serve them: one for every host they name."""

import asyncio
import base64
import collections
import copy
import html
import json
import mimetypes
import pathlib
import re
import socket
import ssl
import time
from urllib.parse import unquote, urlsplit

import aiohttp
from aiohttp import web
from cryptography.exceptions import InvalidSignature
from documents import (
    ACTORS,
    COLLECTIONS,
    POSTS,
    PUBLIC,
    iri_of,
    is_web,
    kind_of,
    many,
    origin_of,
    walk,
)
from signing import (
    AP,
    base58,
    check_request,
    make_certificate,
    proof_hash,
    sign_cavage,
    sign_rfc9421,
)

AS2 = "https://www.w3.org/ns/activitystreams"
CONTEXTS = {"lemmy": ["https://join-lemmy.org/context.json", AS2]}  # where the source was trimmed
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
URL = re.compile(r"https?://([\w.{}-]+(?:,\d+)?(?::\d*)?)", re.I)
HANDLE = re.compile(r"((?:acct:)?[\w.+-]+)@([\w-]+(?:\.[\w-]+)*(?::\d+)?)")
VOCABULARY = re.compile(  # IRIs that name a term, not a place: they stay as they are
    r"https?://(www\.w3\.org|w3id\.org|schema\.org|ostatus\.org|webfinger\.net|purl\.|schemas\.google|creativecommons\.org|"
    r"datatracker\.ietf|nodeinfo\.diaspora|joinmastodon\.org/ns|misskey-hub\.net/ns|joinpeertube\.org/ns|litepub\.social|"
    r"join-lemmy\.org/context|gotosocial\.org/ns|www\.verbs\.example|remotestorage|a9\.com)",
    re.I,
)
PLACEHOLDER = re.compile(
    r"00000000-0000-4000-8000-(\d{12})"
)  # one stands for different things in different documents
KEPT_KEYS = {
    "rel",
    "type",
    "@type",
    "license",
    "mediaType",
}  # values that are terms even when they look like addresses
CAVAGE = {
    "lemmy": (
        "hs2019",
        "(request-target) content-type date digest host",
    ),  # as each software was seen to sign
    "gotosocial": ("hs2019", "(request-target) host date digest content-type"),
}
ROLES = {
    "actor": "Person",
    "attributedTo": "Person",
    "owner": "Person",
    "audience": "Group",
    "object": "Note",
    "inReplyTo": "Note",
    "quote": "Note",
    "quoteUri": "Note",
    "quoteUrl": "Note",
    "_misskey_quote": "Note",
    "moderators": "OrderedCollection",
    "followers": "OrderedCollection",
    "following": "OrderedCollection",
    "outbox": "OrderedCollection",
    "target": "OrderedCollection",
    "featured": "OrderedCollection",
    "featuredTags": "OrderedCollection",
    "replies": "Collection",
    "likes": "Collection",
    "shares": "Collection",
    "context": "Collection",
    "first": "CollectionPage",
    "next": "CollectionPage",
    "members": "Collection",
    "contextHistory": "Collection",
    "attendees": "Collection",
    "participants": "Collection",
    "organizers": "Collection",
}
ROLE_RANK = [
    "Note",
    "Page",
    "CollectionPage",
    "Collection",
    "OrderedCollection",
    "Person",
    "Group",
]  # the later wins


class World:
    """The rewritten documents and the origins that serve them."""

    def __init__(self, documents, keys, options, number=0):
        self.documents, self.keys, self.options = (
            [copy.copy(each) for each in documents],
            keys,
            options,
        )
        self.bases, self.hosts, self.sockets = {}, {}, []
        self.served, self.roles, self.owners, self.moderators = (
            {},
            {},
            {},
            collections.defaultdict(set),
        )
        self.key_ids, self.proof_ids, self.gone, self.traps, self.names = {}, {}, set(), set(), {}
        self.log, self.received, self.held, self.inbox, self.session = [], [], set(), None, None
        self.host_software, self.prefix = {}, f"p{number}"
        self.uploads, self.mentioned = {}, set()
        self.is_strict, self.unsigned, self.pems = False, [], {}
        self.id_hosts = {
            self.host_in(each["id"])
            for document in documents
            for each, _, _ in walk(document.original)
            if is_web(each.get("id"))
        }
        self.handle_hosts = {
            found.lower().rstrip(":")
            for document in documents
            for found in URL.findall(document.raw.decode(errors="replace").replace("\\/", "/"))
        }
        taken = collections.Counter()
        for place, document in enumerate(self.documents):
            self.place = place
            document.value = self.rewrite(document.original)
            document.kind = kind_of(document.value)
            if isinstance(document.value, dict):
                document.value = self.made_unique(document, taken)
                if "type" in document.value and "INVALID" not in document.remarks:
                    document.value = {
                        "@context": CONTEXTS.get(document.software, AS2)
                    } | document.value
            if isinstance(document.value, dict):
                self.host_software.setdefault(
                    origin_of(iri_of(document.value) or ""), document.software
                )
        self.learn()
        self.dress()

    # Rewriting

    def host_in(self, url):
        found = URL.match(url)
        return found[1].lower().rstrip(":") if found else ""

    def base(self, host):
        """The loopback origin that stands for `host`; the first call opens it."""
        if host not in self.bases:
            options, name = self.options, f"h{len(self.bases)}"
            if options.names:
                authority = options.names.format(n=f"{self.prefix}-{name}")
                authority += f":{options.port}" if options.port not in (80, 443) else ""
            else:
                listener = socket.create_server(("127.0.0.1", 0))
                self.sockets.append(listener)
                authority = f"127.0.0.1:{listener.getsockname()[1]}"
            self.bases[host] = f"{options.scheme}://{authority}"
            self.hosts[authority] = host
        return self.bases[host]

    def rewrite(self, value, key=None):
        if isinstance(value, dict):
            return {inner: self.rewrite(item, inner) for inner, item in value.items()}
        if isinstance(value, list):
            return [self.rewrite(item, key) for item in value]
        if not isinstance(value, str) or key in KEPT_KEYS:
            return value
        if (
            key == "@context"
        ):  # a server's own context becomes an address here too, so that fetching it is noticed
            if (
                not is_web(value)
                or VOCABULARY.match(value)
                or self.host_in(value) not in self.id_hosts
            ):
                return value
            value = self.swap_hosts(value)
            self.traps.add(self.address(value))
            return value
        value = PLACEHOLDER.sub(
            lambda found: f"00000000-0000-4{self.place:03x}-8000-{found[1]}", value
        )
        return self.swap_hosts(HANDLE.sub(self.swap_handle, value))

    def swap_hosts(self, text):
        return URL.sub(
            lambda found: (
                found[0]
                if VOCABULARY.match(text, found.start())
                else self.base(found[1].lower().rstrip(":"))
            ),
            text,
        )

    def swap_handle(self, found):
        name, host = found[1], found[2].lower()
        return (
            f"{name}@{urlsplit(self.base(host)).netloc}"
            if host in self.handle_hosts or name.startswith("acct:")
            else found[0]
        )

    def made_unique(self, document, taken):
        """The document under another id where an earlier one has the same; likewise what a Create creates."""
        value, inner = document.value, document.value.get("object")
        ids = [value.get("id")] + (
            [inner.get("id")]
            if document.kind.startswith("Create(") and isinstance(inner, dict)
            else []
        )
        for iri in filter(is_web, ids):
            taken[iri, iri == ids[0]] += 1
            if (number := taken[iri, iri == ids[0]]) > 1:
                value = renamed(value, iri, f"{iri}-{number}")
                if ACTORS & set(map(str, many(value.get("type")))) and isinstance(
                    value.get("preferredUsername"), str
                ):
                    value["preferredUsername"] += f"_{number}"
        return value

    def original(self, iri):
        """The rewritten `iri` as the source had it, to name keys that outlive one run's ports."""
        parts = urlsplit(iri)
        return self.hosts.get(parts.netloc, parts.netloc) + parts.path

    def address(self, iri):
        scheme, _, rest = unquote(iri.split("#")[0]).partition("://")
        return (
            f"{scheme}://{rest}"
            if "/" in rest.split("?")[0]
            else f"{scheme}://{rest.replace('?', '/?', 1) if '?' in rest else rest + '/'}"
        )

    # What the documents say about each other

    def learn(self):
        candidates = {}
        for document in self.documents:
            for place, (value, key, parent) in enumerate(walk(document.value)):
                self.learn_roles(value)
                iri, kind = value.get("id"), kind_of(value)
                if (
                    not is_web(iri)
                    or "type" not in value
                    or parent
                    and len(value) < 4
                    or "INVALID" in document.remarks
                ):
                    continue
                if "#" in iri and not ACTORS & set(map(str, many(value["type"]))):
                    continue  # part of another document
                if key in (
                    "publicKey",
                    "assertionMethod",
                    "endpoints",
                    "tag",
                    "attachment",
                    "proof",
                ):
                    continue
                rank = (
                    99
                    if kind == "Tombstone"
                    else 50
                    if parent and kind_of(parent).startswith("Update")
                    else min(place, 40)
                )
                if "does not own" in document.remarks:
                    self.gone.add(self.address(iri))
                    self.uploads[document.file] = origin_of(iri) + "/media/upload.json"
                    self.served[self.uploads[document.file]] = value
                elif rank < candidates.get(self.address(iri), (1000,))[0]:
                    candidates[self.address(iri)] = (rank, value, document)
        for address, (_, value, _) in candidates.items():
            self.served[address] = (
                copy.deepcopy(value)
                if "@context" in value
                else {"@context": AS2} | copy.deepcopy(value)
            )
            alias = iri_of(value.get("url"))
            if (
                is_web(alias)
                and origin_of(alias) == origin_of(address)
                and self.address(alias) not in {**candidates, **self.roles}
            ):
                self.served.setdefault(
                    self.address(alias), self.served[address]
                )  # a page's address gives the object too

    def learn_roles(self, value):
        kind, actor = kind_of(value), iri_of(value.get("actor"))
        for item in (
            item
            for key, inner in value.items()
            if key not in ("@context", "content", "summary")
            for item in many(inner)
        ):
            if is_web(item):
                self.mentioned.add(self.address(item))
        for key in ("to", "cc"):
            for iri in filter(is_web, many(value.get(key))):
                if iri not in PUBLIC:
                    self.note_role(
                        iri,
                        "OrderedCollection"
                        if re.search(r"/(followers|following|members|participants)\b", iri)
                        else "Person",
                    )
        if kind == "Mention" and is_web(value.get("href")):
            self.note_role(value["href"], "Person")
            self.names.setdefault(value["href"], str(value.get("name")).strip("@").split("@")[0])
        if value.get("rel") == "self" and is_web(value.get("href")):
            self.note_role(value["href"], "Person")
        if kind == "WebFinger":
            for link in many(value["links"]):
                if link.get("rel") == "self":
                    self.names.setdefault(
                        link.get("href"), value["subject"].removeprefix("acct:").split("@")[0]
                    )
        for key, role in ROLES.items():
            for item in many(value.get(key)):
                iri = iri_of(item)
                if not is_web(iri):
                    continue
                if key == "object" and re.match(
                    r"Follow|Block|Join|Leave|Delete\(self|Move|Invite|Add|Remove", kind
                ):
                    role = (
                        "Person"
                        if not re.match("Add|Remove", kind) or re.search("/(u|users)/", iri)
                        else "Note"
                    )
                elif key in ("attributedTo", "target") and iri.rstrip("/").endswith(
                    ("moderators", "followers", "featured")
                ):
                    role = "OrderedCollection"
                elif key == "target" and re.match(r"Move|Block|Invite", kind):
                    role = "Person"
                elif role == "Note" and re.search(r"/post/\d+$", iri):
                    role = "Page"
                self.note_role(iri, role)
                if key == "object" and actor and origin_of(actor) == origin_of(iri):
                    self.owners.setdefault(self.address(iri), actor)
        group = iri_of(value.get("audience"))
        if actor and group and re.match(r"Add|Remove|Lock|Block|Undo|Update|Delete", kind):
            self.moderators[group].add(actor)
        proof = value.get("proof")
        if isinstance(proof, dict) and is_web(proof.get("verificationMethod")):
            self.proof_ids[self.address(proof["verificationMethod"])] = proof["verificationMethod"]

    def note_role(self, iri, role):
        known = self.roles.get(self.address(iri), (iri, "Note"))
        if "#" not in iri or role in ("Person", "Group"):
            self.roles[self.address(iri)] = max(
                (iri, role), known, key=lambda each: ROLE_RANK.index(each[1])
            )

    # Keys, proofs and the documents that were only mentioned

    def dress(self):
        """Put our keys where the real actors had theirs, or where one must be whole; make proofs anew.

        Whole is who signs something, and who wrote what is looked up.
        """
        signers = {
            iri_of(each.get("actor"))
            for document in self.documents
            for each, _, _ in walk(document.value)
        } | {
            iri_of(document.value.get("attributedTo"))
            for document in self.documents
            if document.kind in POSTS
        }
        for address, value in list(self.served.items()):
            if (
                not ACTORS & set(map(str, many(value.get("type"))))
                or self.address(value["id"]) != address
            ):
                continue
            if value["id"] in signers:
                whole = self.made_up_actor(value["id"], str(value["type"]))
                value.update(
                    {
                        key: whole[key]
                        for key in ("inbox", "outbox", "followers", "preferredUsername")
                        if not value.get(key)
                    }
                )
            self.dress_actor(value, value["id"] in signers)
        for document in self.documents:
            for value, _, _ in walk(document.value):
                if is_web(value.get("id")) and (
                    "publicKeyPem" in json.dumps(value.get("publicKey"))
                    or "assertionMethod" in value
                ):
                    self.dress_actor(value, False)
            self.prove(document.value)
        for value in list(self.served.values()):
            self.prove(value)

    def dress_actor(self, value, must_sign):
        iri, name = value["id"], self.original(value["id"])
        entries = [each for each in many(value.get("publicKey")) if isinstance(each, dict)]
        if not entries and must_sign:
            entries = [{"id": iri + "#main-key", "owner": iri}]
            value["publicKey"] = entries[0]
        for entry in entries:
            entry["publicKeyPem"] = self.keys.pem(
                name, "RSA PUBLIC" in str(entry.get("publicKeyPem"))
            )
        if entries and is_web(entries[0].get("id")):
            self.key_ids[iri] = entries[0]["id"]
            if self.address(entries[0]["id"]) != self.address(
                iri
            ):  # GoToSocial serves a stub of the actor there, others the key
                key_type = (
                    value["type"]
                    if self.host_software.get(origin_of(iri)) == "gotosocial"
                    else "Key"
                )
                stub = {
                    "id": iri,
                    "type": key_type,
                    "preferredUsername": value.get("preferredUsername"),
                    "publicKey": entries[0],
                }
                self.served[self.address(entries[0]["id"])] = {
                    "@context": [AS2, "https://w3id.org/security/v1"]
                } | (stub if key_type != "Key" else {"type": "Key"} | entries[0])
        proof_id = self.proof_ids.get(self.address(iri))
        methods = [each for each in many(value.get("assertionMethod")) if isinstance(each, dict)]
        if proof_id and proof_id not in [each.get("id") for each in methods]:
            methods.append({"id": proof_id, "type": "Multikey", "controller": iri})
        for method in methods:
            method["publicKeyMultibase"] = self.keys.multikey(name)
        if methods:
            value["assertionMethod"] = methods

    def prove(self, document):
        """Make every eddsa-jcs-2022 proof anew, inner ones first. RsaSignature2017 stays stale: no authority."""
        for value, _, _ in reversed(list(walk(document))):
            proof = value.get("proof")
            if (
                isinstance(proof, dict)
                and proof.get("cryptosuite") == "eddsa-jcs-2022"
                and is_web(proof.get("verificationMethod"))
            ):
                signer = self.actor(proof["verificationMethod"].split("#")[0])
                proof["proofValue"] = "z" + base58(
                    self.keys.pair(self.original(signer["id"]))[1].sign(proof_hash(value))
                )

    def actor(self, iri):
        """The actor document at `iri`, made up on first use where the documents only mention it."""
        address = self.address(iri)
        if address not in self.served:
            self.served[address] = self.made_up_actor(
                *self.roles.get(address, (iri.split("#")[0], "Person"))
            )
        return self.served[address]

    def made_up_actor(self, iri, role):
        base, kind = (
            origin_of(iri),
            "Group" if role == "Group" or re.search(r"/(c|m|video-channels)/", iri) else "Person",
        )
        last = (
            re.sub(r"[^\w.-]", "", urlsplit(iri).path.rstrip("/").rsplit("/", 1)[-1]) or "instance"
        )
        home = iri.rstrip("/")
        if "?" in iri:  # WordPress: what a person has stands beside them, not below
            home = f"{base}/rewire/{re.sub(r'[^0-9A-Za-z]', '', urlsplit(iri).query)}"
        name = self.names.get(iri) if re.fullmatch(r"[\w.-]+", self.names.get(iri) or "") else last
        value = {
            "@context": [AS2, "https://w3id.org/security/v1"],
            "id": iri,
            "type": kind,
            "preferredUsername": name,
            "name": f"{name} (made up)",
            "inbox": home + "/inbox",
            "outbox": home + "/outbox",
            "followers": home + "/followers",
            "url": iri,
            "endpoints": {"sharedInbox": base + "/inbox"},
            "publicKey": {"id": iri + "#main-key", "owner": iri},
        }
        if kind == "Group":
            value["attributedTo"] = iri.rstrip("/") + "/moderators"
            self.note_role(value["attributedTo"], "OrderedCollection")
        for key in ("outbox", "followers"):
            self.note_role(value[key], "OrderedCollection")
        self.dress_actor(value, True)
        return value

    def made_up(self, iri, role):
        context, base = AS2, origin_of(iri)
        if role in COLLECTIONS:
            items = sorted(
                each
                for group, people in self.moderators.items()
                for each in people
                if iri.startswith(group + "/moderators")
            )
            return {
                "@context": context,
                "id": iri,
                "type": role,
                "totalItems": len(items),
                "items" if role == "Collection" else "orderedItems": items,
            }
        if role in ("Person", "Group"):
            return self.made_up_actor(iri, role)
        owner = self.owners.get(self.address(iri)) or base + "/users/rewire"
        self.note_role(owner, "Person")
        page = {"name": f"A page at {urlsplit(iri).path}"} if role == "Page" else {}
        return {
            "@context": context,
            "id": iri,
            "type": role,
            "attributedTo": owner,
            "to": [min(PUBLIC, key=lambda each: -len(each))],
            "cc": [self.actor(owner).get("followers") or owner],
            "content": f"<p>Made up for {html.escape(urlsplit(iri).path)}</p>",
            "published": "2026-01-02T03:04:05Z",
        } | page

    # Serving

    async def open(self):
        application = web.Application(client_max_size=2**22)
        application.router.add_route("*", "/{rest:.*}", self.serve)
        self.runner = web.AppRunner(application, access_log=None)
        await self.runner.setup()
        context = None
        if self.options.scheme == "https":
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(
                make_certificate(
                    sorted({host.split(":")[0] for host in self.hosts}), self.options.cache
                )
            )
        if self.options.names:
            self.sockets.append(socket.create_server((self.options.bind, self.options.port)))
            if self.options.hosts_file:
                names = "".join(
                    f"{self.options.bind} {host.split(':')[0]}\n" for host in self.hosts
                )
                pathlib.Path(self.options.hosts_file).write_text(names)
        for listener in self.sockets:
            await web.SockSite(self.runner, listener, ssl_context=context).start()
        self.session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=10), connector=aiohttp.TCPConnector(ssl=False)
        )

    async def close(self):
        await self.session.close()
        await self.runner.cleanup()
        self.keys.save()

    async def serve(self, request):
        url = f"{self.options.scheme}://{request.host}{request.raw_path}"
        address = self.address(url)
        self.log.append((request.method, url))
        body = await request.read() if request.method == "POST" else None
        is_picture = request.headers.get("Accept", "").startswith("image/")
        is_open = is_picture or request.path.startswith(("/.well-known/", "/nodeinfo/"))
        if self.is_strict and not is_open and not await self.is_signed(request, url, body):
            self.unsigned.append((request.method, url))
            return web.Response(status=401, text="not signed")
        if request.method == "POST":
            activity = json.loads(body or b"null")
            self.received.append(activity)
            if (
                kind_of(activity).startswith("Follow")
                and iri_of(activity["object"]) not in self.held
            ):
                asyncio.get_running_loop().create_task(self.answer(activity))
            return web.Response(status=202)
        if request.path.startswith(("/.well-known/", "/nodeinfo/")):
            return self.serve_discovery(request, origin_of(url))
        if address in self.gone:
            tombstone = {"@context": AS2, "id": url, "type": "Tombstone"}
            return web.json_response(tombstone, status=410, content_type=AP)
        media = mimetypes.guess_type(request.path)[0] or ""
        if address not in self.served and media.startswith(("image/", "video/", "audio/")):
            return web.Response(body=PNG, content_type=media)
        if address not in self.served and address in self.roles:
            self.served[address] = self.made_up(*self.roles[address])
        if address not in self.served:
            return web.Response(status=404, text="not here")
        return web.Response(
            body=json.dumps(self.served[address]).encode(),
            content_type=AP,
            headers={"Vary": "Accept"},
        )

    async def is_signed(self, request, url, body):
        """Whether the request bears a signature that verifies with the key which its keyId gives."""
        written = request.headers.get("Signature-Input", request.headers.get("Signature", ""))
        key_id = re.search(r'key[iI]d="([^"]+)"', written)
        if key_id is None:
            return False
        try:
            pem = await self.pem_of(key_id[1])
            check_request(request.headers, request.method, url, body, pem)
        except (ValueError, KeyError, TypeError, InvalidSignature, aiohttp.ClientError):
            return False
        return True

    async def pem_of(self, key_id):
        if key_id not in self.pems:
            async with self.session.get(key_id.split("#")[0], headers={"Accept": AP}) as response:
                found = await response.json(content_type=None)
            entries = many(found.get("publicKey"))
            self.pems[key_id] = next(each for each in entries if each["id"] == key_id)[
                "publicKeyPem"
            ]
        return self.pems[key_id]

    def serve_discovery(self, request, base):
        authority, resource = request.host, request.query.get("resource", "")
        if request.path == "/.well-known/host-meta":
            link = f'<Link rel="lrdd" template="{base}/.well-known/webfinger?resource={{uri}}"/>'
            return web.Response(
                text=f'<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">{link}</XRD>',
                content_type="application/xrd+xml",
            )
        if request.path == "/.well-known/webfinger":
            for document in self.documents:
                if document.kind == "WebFinger" and resource in [
                    document.value["subject"],
                    *many(document.value.get("aliases")),
                ]:
                    return web.json_response(document.value, content_type="application/jrd+json")
            user = resource.removeprefix("acct:").removesuffix("@" + authority)
            known = [
                self.actor(iri)
                for iri, role in list(self.roles.values())
                if role in ("Person", "Group") and origin_of(iri) == base
            ]
            known += [
                value
                for value in self.served.values()
                if ACTORS & set(many(value.get("type"))) and origin_of(value["id"]) == base
            ]
            found = {
                value["id"]: value["type"]
                for value in known
                if resource == value["id"] or value.get("preferredUsername") == user
            }
            if not found:
                return web.Response(status=404)
            links = [
                {
                    "rel": "self",
                    "type": AP,
                    "href": iri,
                    "properties": {"https://www.w3.org/ns/activitystreams#type": kind},
                }
                for iri, kind in found.items()
            ]
            return web.json_response(
                {
                    "subject": f"acct:{user}@{authority}" if "://" not in user else user,
                    "aliases": list(found),
                    "links": links,
                },
                content_type="application/jrd+json",
            )
        if request.path == "/.well-known/nodeinfo":
            for document in self.documents:
                if document.kind == "NodeInfo" and any(
                    origin_of(link.get("href", "")) == base
                    for link in many(document.value.get("links"))
                ):
                    return web.json_response(document.value)
            return web.json_response(
                {
                    "links": [
                        {
                            "rel": "http://nodeinfo.diaspora.software/ns/schema/2.0",
                            "href": base + "/nodeinfo/2.0",
                        }
                    ]
                }
            )
        software = {"name": self.host_software.get(base, "rewire"), "version": "1"}
        return web.json_response(
            {
                "version": "2.0",
                "software": software,
                "protocols": ["activitypub"],
                "services": {"inbound": [], "outbound": []},
                "openRegistrations": False,
                "usage": {"users": {}},
                "metadata": {},
            }
        )

    async def answer(self, follow):
        actor = iri_of(follow["object"])
        accept = {
            "@context": AS2,
            "id": f"{origin_of(actor)}/rewire/accept/{time.time_ns()}",
            "type": "Accept",
            "actor": actor,
            "object": follow,
        }
        await self.deliver(actor, json.dumps(accept).encode())

    # Sending

    def key_of(self, iri):
        actor = self.actor(iri)
        return self.keys.pair(self.original(actor["id"]))[0], self.key_ids.get(
            actor["id"], actor["id"] + "#main-key"
        )

    def signed(self, signer, method, url, body, software="", rfc9421=False):
        key, key_id = self.key_of(signer)
        if rfc9421:
            return sign_rfc9421(key, key_id, method, url, body)
        return sign_cavage(
            key,
            key_id,
            method,
            url,
            body,
            CAVAGE.get(software, ("rsa-sha256", "(request-target) host date digest content-type")),
        )

    async def deliver(self, signer, body, software="", rfc9421=False):
        headers = self.signed(signer, "POST", self.inbox, body, software, rfc9421)
        async with self.session.post(self.inbox, data=body, headers=headers) as response:
            return response.status, (await response.text(errors="replace"))[:200]


def renamed(value, old, new):
    """`value` with the id `old`, and what lies under it or is part of it, called `new`."""
    if isinstance(value, dict):
        return {key: renamed(item, old, new) for key, item in value.items()}
    if isinstance(value, list):
        return [renamed(item, old, new) for item in value]
    return (
        new + value[len(old) :]
        if isinstance(value, str) and (value == old or value.startswith((old + "#", old + "/")))
        else value
    )
