"""A neighbouring server for tests: it signs what it sends, and serves what it is asked for."""

import json
from dataclasses import dataclass, field
from typing import Any

from federation.errors import FetchFailed
from federation.gate import Budget
from federation.responses import Answer, Version
from federation.signatures import Form, SigningKey, load_signing_key, make_keys, sign_request

NOW = 1_800_000_000
THERE = "https://valley.example"
ACTIVITY = "application/activity+json"
RSA_PRIVATE, RSA_PUBLIC, *_ = make_keys()
OTHER_PRIVATE, OTHER_PUBLIC, *_ = make_keys()


def person_document(name: str, origin: str = THERE, pem: str = RSA_PUBLIC) -> dict[str, Any]:
    """Somebody of another server, as that server shows them."""
    iri = f"{origin}/people/{name}"
    return {
        "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
        "id": iri,
        "type": "Person",
        "preferredUsername": name,
        "inbox": f"{iri}/inbox",
        "outbox": f"{iri}/outbox",
        "followers": f"{iri}/followers",
        "endpoints": {"sharedInbox": f"{origin}/inbox"},
        "publicKey": {"id": f"{iri}#main-key", "owner": iri, "publicKeyPem": pem},
    }


def key_of(actor: str, pem: str = RSA_PRIVATE) -> SigningKey:
    """The key that `actor` signs with."""
    return load_signing_key(f"{actor}#main-key", pem)


def signed(
    url: str, activity: Any, key: SigningKey, now: int = NOW, form: Form = "cavage"
) -> tuple[bytes, dict[str, str]]:
    """A body and the headers that sign it."""
    body = activity if isinstance(activity, bytes) else json.dumps(activity).encode()
    return body, sign_request("POST", url, body, key, now, form)


@dataclass
class PeerGate:
    """Stands for the gate: what other servers serve, and what was asked and sent."""

    documents: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    sent: list[tuple[str, dict[str, Any], dict[str, str]]] = field(default_factory=list)
    answers: list[int | str] = field(default_factory=list)
    page: bytes = b""
    marks: dict[str, str] = field(default_factory=dict)
    marks_asked: list[tuple[str, str | None]] = field(default_factory=list)

    async def fetch_document(
        self, iri: str, key: SigningKey | None = None, budget: Budget | None = None
    ) -> Any:
        if budget is not None:
            budget.spend(iri)
        self.asked.append(iri)
        found = self.documents.get(iri)
        if isinstance(found, FetchFailed):
            raise found
        if found is None:
            raise FetchFailed("status", 404)
        return found

    async def fetch_version(
        self,
        iri: str,
        key: SigningKey | None = None,
        budget: Budget | None = None,
        etag: str | None = None,
    ) -> Version:
        self.marks_asked.append((iri, etag))
        value = await self.fetch_document(iri, key, budget)
        mark = self.marks.get(iri)
        if mark is not None and mark == etag:
            raise FetchFailed("unchanged", 304)
        return Version(value, mark)

    async def post(self, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        self.sent.append((url, json.loads(body), headers))
        answer = self.answers.pop(0) if self.answers else 202
        if isinstance(answer, str):
            raise FetchFailed(answer)
        headers = {"Content-Type": "text/html; charset=utf-8"} if self.page else {}
        return Answer(answer, None, headers, self.page)
