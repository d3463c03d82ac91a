"""Three things an ActivityPub server does, with the `federation` package alone.

`pip install hedgerow` brings the package; nothing else of this project is needed for it.
"""

import json
import time

from federation import documents
from federation.discovery.lookup import Lookup
from federation.discovery.webfinger import read_resource
from federation.gate import Budget, Gate
from federation.origin import check_sender, trusted_parts
from federation.signatures import (
    Request,
    SigningKey,
    check_claim,
    load_public_key,
    read_claim,
    sign_request,
)
from federation.strictjson import read_json


async def who_is(gate: Gate, handle: str) -> documents.Actor:
    """The actor that goes by `handle` (rose@valley.example), as its own server describes it."""
    budget = Budget()  # the fetches that finding one person may cause, in all
    lead = await Lookup(gate, budget).find_actors(read_resource(handle))
    return documents.read_actor(await gate.fetch_document(lead.actors[0], budget=budget))


def a_follow(me: str, other: documents.Actor, key: SigningKey) -> tuple[bytes, dict[str, str]]:
    """A Follow of `other`: the body to POST to their inbox, and the headers that sign it."""
    follow = documents.render_follow(f"{me}/follows/1", me, other.iri)
    body = json.dumps(follow).encode()
    return body, sign_request("POST", other.inbox, body, key, int(time.time()))


def receive(request: Request, sender: documents.Actor) -> documents.Activity:
    """What came to our inbox from `sender`; BadSignature or Malformed where that is not so."""
    claim = read_claim(request, int(time.time()))  # digest, date, host: checked here
    pem = next((key.public_key for key in sender.keys if key.iri == claim.key_iri), "")
    check_claim(claim, load_public_key(pem))
    activity = documents.read_activity(read_json(request.body))
    check_sender(activity, sender.iri)
    return trusted_parts(activity)  # only what the sender may vouch for; the rest as addresses
