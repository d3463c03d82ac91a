"""Checks the tool itself, without a node: that what it would send and serve is right."""

import collections

from documents import (
    ACTORS,
    COLLECTIONS,
    PUBLIC,
    body_of,
    iri_of,
    is_activity,
    is_web,
    many,
    origin_of,
    walk,
)
from signing import check_proof, check_request
from world import VOCABULARY, World

ID_KEYS = (
    "id",
    "actor",
    "attributedTo",
    "object",
    "to",
    "cc",
    "bto",
    "bcc",
    "audience",
    "target",
    "inReplyTo",
    "owner",
    "url",
    "href",
    "inbox",
    "outbox",
    "followers",
    "following",
    "replies",
    "context",
    "origin",
    "result",
    "instrument",
    "movedTo",
    "alsoKnownAs",
)


async def check_tool(documents, keys, options):
    """A list of what is wrong, and a count of what was checked."""
    world, problems, counts = World(documents, keys, options), [], collections.Counter()
    await world.open()
    world.inbox = "http://127.0.0.1:1/inbox"
    try:
        for document in world.documents:
            counts[sort_of(document)] += 1
            for check in (check_addresses, check_signatures, check_served):
                try:
                    problems += [
                        f"{document.file}: {problem}"
                        for problem in await check(world, document, counts)
                    ]
                except Exception as error:  # noqa: BLE001 - whatever it is, it is this document's finding
                    problems.append(f"{document.file}: {check.__name__} raised {error!r}")
    finally:
        await world.close()
    return problems, counts


def sort_of(document):
    """How a document is put to use: one word for the table of counts."""
    if not isinstance(document.value, dict):
        return "not an object"
    if is_activity(document):
        return "activity"
    if document.kind in ("WebFinger", "NodeInfo"):
        return document.kind
    kinds = set(map(str, many(document.value.get("type"))))
    return "actor" if kinds & ACTORS else "collection" if kinds & COLLECTIONS else "object"


async def check_addresses(world, document, counts):
    """No real host is left where an address is meant; what was of one origin still is, and only that."""
    problems = []
    for (value, _, _), (original, _, _) in zip(
        walk(document.value), walk(document.original), strict=True
    ):
        for key in ID_KEYS:
            for iri in filter(is_web, many(value.get(key))):
                counts["addresses"] += 1
                if (
                    origin_of(iri) not in world.bases.values()
                    and iri not in PUBLIC
                    and not VOCABULARY.match(iri)
                ):
                    problems.append(f"{key} still names {iri}")
        for key in ("actor", "attributedTo", "object"):
            old, new = [
                (iri_of(each.get("id")), iri_of(each.get(key))) for each in (original, value)
            ]
            if is_web(old[0]) and is_web(old[1]):
                counts["origin pairs"] += 1
                if (world.host_in(old[0]) == world.host_in(old[1])) != (
                    origin_of(new[0]) == origin_of(new[1])
                ):
                    problems.append(f"id and {key} changed from {old} to {new}")
    return problems


async def check_signatures(world, document, counts):
    """Both forms of signature verify with the key that the keyId, fetched over HTTP, gives; so does every proof."""
    problems, signer = (
        [],
        iri_of(document.value.get("actor")) if isinstance(document.value, dict) else None,
    )
    if is_activity(document) and is_web(signer):
        body = body_of(document, document.value)
        for modern in (False, True):
            headers = world.signed(signer, "POST", world.inbox, body, document.software, modern)
            key_id = (
                headers["Signature-Input"].split('keyid="')
                if modern
                else headers["Signature"].split('keyId="')
            )[1].split('"')[0]
            entry = await fetch_key(world, key_id)
            check_request(headers, "POST", world.inbox, body, entry["publicKeyPem"])
            counts["signatures"] += 1
            if iri_of(entry.get("owner")) != signer or origin_of(key_id) != origin_of(signer):
                problems.append(f"{key_id} is owned by {entry.get('owner')}, not {signer}")
    for value, _, _ in walk(document.value):
        proof = value.get("proof")
        if (
            isinstance(proof, dict)
            and proof.get("cryptosuite") == "eddsa-jcs-2022"
            and is_web(proof.get("verificationMethod"))
        ):
            actor = await fetch(world, proof["verificationMethod"].split("#")[0])
            methods = {
                each["id"]: each["publicKeyMultibase"] for each in many(actor["assertionMethod"])
            }
            check_proof(value, methods[proof["verificationMethod"]])
            counts["proofs"] += 1
    return problems


async def check_served(world, document, counts):
    """What has an address is served there under its own id; a spoof is not."""
    iri = iri_of(document.value) if isinstance(document.value, dict) else None
    if (
        not is_web(iri)
        or "INVALID" in document.remarks
        or "#" in iri
        or origin_of(iri) not in world.bases.values()
    ):
        return []
    async with world.session.get(iri, headers={"Accept": "application/activity+json"}) as response:
        counts["served"] += 1
        if document.file in world.uploads:
            return [] if response.status == 410 else ["the spoofed id is served"]
        if response.status != 200:
            return [f"{iri} answered {response.status}"]
        found = (await response.json(content_type=None)).get("id")
        return [] if world.address(found) == world.address(iri) else [f"{iri} gave {found}"]


async def fetch(world, url):
    async with world.session.get(
        url.split("#")[0], headers={"Accept": "application/activity+json"}
    ) as response:
        return await response.json(content_type=None)


async def fetch_key(world, key_id):
    """The publicKey entry that a receiver finds at a keyId: inside an actor, or as a document of its own."""
    found = await fetch(world, key_id)
    if "publicKeyPem" in found:
        return found
    return next(entry for entry in many(found["publicKey"]) if entry["id"] == key_id)
