"""What the inbox takes, refuses and keeps."""

import asyncio

import pytest
from multidict import CIMultiDict

from federation.documents.media_types import LD_TYPE
from federation.errors import BadSignature, FetchFailed
from federation.gate import Budget
from federation.limits import KEY_FETCHES_PER_ORIGIN_A_MINUTE, KEY_REFETCH_S
from federation.signatures import Request, load_signing_key, read_claim
from node.arrivals.store import NewArrival, add_arrival
from node.base.errors import Busy
from node.inbox import envelope
from node.inbox.remote_keys import KEY_RETRY_S
from node.topics.actors.store import actor_by_iri
from node.topics.members import actions as members
from tests.neighbours import add_neighbour
from tests.peers.stub import (
    ACTIVITY,
    NOW,
    OTHER_PRIVATE,
    OTHER_PUBLIC,
    RSA_PRIVATE,
    THERE,
    key_of,
    person_document,
    signed,
)

ROSE = f"{THERE}/people/rose"
ANN = "https://group.example/people/ann"
URL = "https://group.example/inbox"
HOUR_S = 3_600


def follow(number: int = 1, actor: str = ROSE) -> dict[str, object]:
    return {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": f"{actor}/follows/{number}",
        "type": "Follow",
        "actor": actor,
        "object": ANN,
    }


@pytest.fixture
def rose(node):
    """rose lives at valley.example, and her document can be had there."""
    node.gate.documents[ROSE] = person_document("rose")


@pytest.mark.promise("R1")
async def test_a_signed_message_is_kept_before_it_is_answered(node, rose):
    reply = await node.post(follow())

    assert reply.status == 202
    assert [one["activity_iri"] for one in await node.arrivals()] == [f"{ROSE}/follows/1"]
    assert node.woken == 1


async def test_a_message_signed_as_rfc_9421_says_is_kept_as_well(node, rose):
    reply = await node.post(follow(), form="rfc9421")

    assert reply.status == 202
    assert len(await node.arrivals()) == 1


@pytest.mark.threat("T1")
async def test_a_message_in_somebody_elses_name_is_refused_and_nothing_is_fetched(node, rose):
    liar = "https://liar.example/people/liar"

    reply = await node.post(follow(), key=key_of(liar))

    assert reply.status == 401
    assert node.gate.asked == []
    assert await node.arrivals() == []


@pytest.mark.threat("T1")
async def test_a_neighbour_of_the_same_server_cannot_act_in_anothers_name(node, rose):
    node.gate.documents[f"{THERE}/people/reed"] = person_document("reed")
    await node.post(follow(actor=f"{THERE}/people/reed"))

    reply = await node.post(follow(2), key=key_of(f"{THERE}/people/reed"))

    assert reply.status == 401
    assert len(await node.arrivals()) == 1


@pytest.mark.threat("T1")
async def test_an_activity_id_of_another_server_is_refused(node, rose):
    reply = await node.post(follow() | {"id": "https://else.example/1"})

    assert reply.status == 401
    assert await node.arrivals() == []


@pytest.mark.threat("T2")
async def test_a_key_that_its_owner_does_not_list_is_refused(node):
    document = person_document("rose")
    document["publicKey"]["id"] = f"{ROSE}#another-key"
    node.gate.documents[ROSE] = document

    reply = await node.post(follow())

    assert reply.status == 401
    assert await node.arrivals() == []


@pytest.mark.threat("T2")
async def test_a_key_document_that_names_another_owner_is_refused(node):
    document = person_document("rose")
    document["publicKey"]["owner"] = f"{THERE}/people/reed"
    node.gate.documents[ROSE] = document

    reply = await node.post(follow())

    assert reply.status == 401


@pytest.mark.threat("T2")
async def test_a_key_at_an_address_of_its_own_counts_if_its_owner_lists_it(node):
    document = person_document("rose")
    document["publicKey"]["id"] = f"{ROSE}/main-key"
    node.gate.documents[ROSE] = document
    node.gate.documents[f"{ROSE}/main-key"] = {"id": ROSE, "publicKey": document["publicKey"]}

    reply = await node.post(follow(), key=load_signing_key(f"{ROSE}/main-key", RSA_PRIVATE))

    assert reply.status == 202
    assert node.gate.asked == [ROSE]


@pytest.mark.threat("T2")
@pytest.mark.parametrize("listed", [True, False])
async def test_a_document_of_a_key_alone_leads_to_its_owner_who_must_list_it(node, listed):
    key_iri, document = f"{THERE}/keys/1", person_document("rose")
    pem = document["publicKey"]["publicKeyPem"]
    document["publicKey"]["id"] = key_iri if listed else f"{ROSE}#another"
    node.gate.documents[ROSE] = document
    node.gate.documents[key_iri] = {"id": key_iri, "owner": ROSE, "publicKeyPem": pem}
    body, headers = signed(URL, follow(), load_signing_key(key_iri, RSA_PRIVATE))
    claim = read_claim(
        Request("POST", URL, [(name.lower(), value) for name, value in headers.items()], body), NOW
    )

    try:
        found = await node.keys.signer(claim)
    except BadSignature:
        found = ""

    assert found == (ROSE if listed else "")
    assert node.gate.asked == [key_iri, ROSE]


@pytest.mark.threat("T2")
async def test_a_key_that_names_an_owner_on_another_server_is_not_followed_there(node):
    key_iri = f"{THERE}/keys/1"
    victim = "https://hill.example/people/victim"
    node.gate.documents[victim] = person_document("victim", "https://hill.example")
    node.gate.documents[key_iri] = {"id": key_iri, "owner": victim, "publicKeyPem": "…"}

    assert await node.fetcher.fetch_owner(key_iri, Budget()) == "unusable"
    assert node.gate.asked == [key_iri]


@pytest.mark.threat("T3")
async def test_a_changed_byte_is_refused(node, rose):
    body, _ = signed(URL, follow(), key_of(ROSE))

    reply = await node.post(follow(), body=body.replace(b"follows/1", b"follows/2"))

    assert reply.status == 401
    assert await node.arrivals() == []


@pytest.mark.threat("T3")
async def test_a_message_without_a_digest_is_refused(node, rose):
    reply = await node.post(follow(), without=["Digest"])

    assert reply.status == 401


@pytest.mark.threat("T4")
@pytest.mark.parametrize("url", [f"{URL}/other", "https://other.example/inbox"])
async def test_what_was_signed_for_another_place_is_refused(node, rose, url):
    reply = await node.post(follow(), url=url, headers={"Host": "group.example"})

    assert reply.status == 401
    assert await node.arrivals() == []


@pytest.mark.threat("T4")
@pytest.mark.parametrize("url", [URL, "https://backend:8080/inbox", "https://other.example/inbox"])
async def test_behind_a_proxy_with_a_name_of_its_own_what_counts_is_what_was_signed_for(
    node, rose, url
):
    reply = await node.post(follow(), url=url, headers={"Host": "backend:8080"})

    assert reply.status == (202 if url == URL else 401)


@pytest.mark.threat("T4")
async def test_what_was_signed_for_one_inbox_is_refused_at_another(node, rose):
    body, headers = signed(URL, follow(), key_of(ROSE))

    reply = await node.send(body, headers, "/people/ann/inbox")

    assert reply.status == 401
    assert await node.arrivals() == []


@pytest.mark.threat("T5")
@pytest.mark.parametrize(
    ("late_s", "status"),
    [(13 * HOUR_S, 401), (11 * HOUR_S, 202), (-2 * HOUR_S, 401), (-59 * 60, 202)],
)
async def test_only_messages_from_twelve_hours_back_to_one_ahead_are_taken(
    node, rose, late_s, status
):
    reply = await node.post(follow(), now=NOW - late_s)

    assert reply.status == status


@pytest.mark.threat("T6")
async def test_a_replayed_message_is_answered_and_changes_nothing(node, rose):
    body, headers = signed(URL, follow(), key_of(ROSE))
    await node.send(body, headers)

    reply = await node.send(body, headers)
    other = await node.post(follow(), path="/people/ann/inbox")

    assert (reply.status, other.status) == (202, 202)
    assert len(await node.arrivals()) == 1
    assert node.woken == 1
    await node.db.write(
        lambda tx: tx.run("update arrival set state = 'done', settled_at = :now", now=NOW)
    )
    await node.send(body, headers)
    assert [one["state"] for one in await node.arrivals()] == ["done"]


@pytest.mark.threat("T7")
@pytest.mark.parametrize("name", ["Signature", "Digest", "Date"])
async def test_a_header_that_stands_twice_is_refused_before_anything_is_checked(node, rose, name):
    body, headers = signed(URL, follow(), key_of(ROSE))
    twice = CIMultiDict(headers)
    twice.add(name, headers[name])

    reply = await node.send(body, twice)

    assert reply.status == 400
    assert node.gate.asked == []


@pytest.mark.threat("T8")
async def test_a_signature_by_another_key_is_refused(node, rose):
    reply = await node.post(follow(), key=key_of(ROSE, OTHER_PRIVATE))

    assert reply.status == 401
    assert await node.arrivals() == []


@pytest.mark.threat("T8")
async def test_an_algorithm_that_does_not_fit_the_key_is_refused(node, rose):
    body, headers = signed(URL, follow(), key_of(ROSE))
    headers["Signature"] = headers["Signature"].replace("rsa-sha256", "hmac-sha256")

    assert (await node.send(body, headers)).status == 401


async def test_a_new_key_is_read_once_the_old_one_fails(node, rose):
    await node.post(follow())
    node.gate.documents[ROSE] = person_document("rose", pem=OTHER_PUBLIC)
    node.clock.at += 600

    reply = await node.post(follow(2), key=key_of(ROSE, OTHER_PRIVATE), now=node.clock.at)

    assert reply.status == 202
    assert node.gate.asked == [ROSE, ROSE]


@pytest.mark.threat("T9")
async def test_a_key_that_is_not_listed_at_home_is_asked_for_once_in_five_minutes(node):
    key = person_document("rose")["publicKey"] | {"id": f"{ROSE}#another-key"}
    node.gate.documents[ROSE] = person_document("rose") | {"publicKey": key}

    for number in range(5):
        assert (await node.post(follow(number))).status == 401

    assert node.gate.asked == [ROSE]


@pytest.mark.threat("T9")
@pytest.mark.threat("T149")
@pytest.mark.parametrize("failure", [FetchFailed("timeout"), FetchFailed("status", 503)])
async def test_a_first_message_is_not_lost_because_its_key_cannot_be_had_just_now(node, failure):
    node.gate.documents[ROSE] = failure
    replies = [await node.post(follow(number)) for number in range(5)]
    asked = list(node.gate.asked)
    node.gate.documents[ROSE] = person_document("rose")
    node.clock.at += KEY_RETRY_S

    reply = await node.post(follow(1), now=node.clock.at)

    assert {one.status for one in replies} == {503}
    assert asked == [ROSE]
    assert reply.status == 202


@pytest.mark.threat("T9")
async def test_an_origin_is_asked_for_thirty_keys_a_minute_at_most(node):
    for number in range(KEY_FETCHES_PER_ORIGIN_A_MINUTE + 10):
        await node.post(follow(actor=f"{THERE}/people/p{number}"))

    assert len(node.gate.asked) == KEY_FETCHES_PER_ORIGIN_A_MINUTE


@pytest.mark.threat("T2")
async def test_nobody_of_the_same_host_takes_a_key_from_its_owner(node):
    eve, key = f"{THERE}/people/eve", person_document("rose")["publicKey"]
    listed = person_document("eve", pem=OTHER_PUBLIC)
    squatted = key | {"owner": eve, "publicKeyPem": OTHER_PUBLIC}
    node.gate.documents[eve] = listed | {"publicKey": [listed["publicKey"], squatted]}
    node.gate.documents[ROSE] = person_document("rose")
    await node.post(follow(actor=eve), key=key_of(eve, OTHER_PRIVATE))

    forged = await node.post(follow(1), key=key_of(ROSE, OTHER_PRIVATE))
    node.clock.at += KEY_REFETCH_S
    reply = await node.post(follow(2), now=node.clock.at)
    again = await node.post(follow(3, actor=eve), key=key_of(ROSE, OTHER_PRIVATE))

    assert (forged.status, reply.status, again.status) == (401, 202, 401)


@pytest.mark.threat("T10")
async def test_the_farewell_of_a_stranger_costs_nothing(node):
    gone = follow() | {"type": "Delete", "object": ROSE}

    reply = await node.post(gone)

    assert reply.status == 202
    assert node.gate.asked == []
    assert await node.arrivals() == []


@pytest.mark.threat("T52")
async def test_a_body_that_comes_too_slowly_is_refused(node, rose, monkeypatch):
    monkeypatch.setattr(envelope, "BODY_S_MAX", 0.05)
    body, headers = signed(URL, follow(), key_of(ROSE))

    async def slowly():
        for at in range(len(body)):
            yield body[at : at + 1]
            await asyncio.sleep(0.01)

    reply = await node.client.post("/inbox", data=slowly(), headers=headers)

    assert reply.status == 400
    assert await node.arrivals() == []


@pytest.mark.threat("T53")
async def test_a_compressed_body_is_refused(node, rose):
    reply = await node.post(follow(), headers={"Content-Encoding": "gzip"})

    assert reply.status == 415


@pytest.mark.threat("T14")
@pytest.mark.parametrize(
    "media_type", ["application/json", "text/html", "", LD_TYPE, f'{LD_TYPE}; profile="x"']
)
async def test_another_media_type_is_refused(node, rose, media_type):
    reply = await node.post(follow(), headers={"Content-Type": media_type or "x"})

    assert reply.status == 415
    assert node.gate.asked == []


@pytest.mark.threat("T14")
async def test_a_message_of_two_media_types_is_refused(node, rose):
    body, headers = signed(URL, follow(), key_of(ROSE))
    twice = CIMultiDict(headers)
    twice.add("Content-Type", "text/html")

    reply = await node.send(body, twice)

    assert reply.status == 400


@pytest.mark.threat("T53")
async def test_a_body_beyond_one_mebibyte_is_refused(node, rose):
    reply = await node.post(follow(), body=b"x" * (2**20 + 1))

    assert reply.status == 413


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"id":1}', b"\xff\xfe", b'{"a":1,"a":2}'])
async def test_what_cannot_be_read_is_refused_with_a_sentence(node, rose, body):
    given, headers = signed(URL, body, key_of(ROSE))

    reply = await node.send(given, headers)

    assert reply.status == 400
    assert (await reply.text()).endswith(".")


@pytest.mark.threat("T143")
@pytest.mark.parametrize(("length", "status"), [(20_000, 401), (20, 400)])
async def test_what_is_long_is_read_only_if_somebody_signed_it(node, rose, length, status):
    body, headers = signed(URL, b"{" + b" " * length, key_of(f"{THERE}/people/nobody"))

    reply = await node.send(body, headers)

    assert reply.status == status


async def test_an_unsigned_message_is_refused(node, rose):
    reply = await node.send(b"{}", {"Content-Type": ACTIVITY})

    assert reply.status == 401


async def test_a_message_in_the_name_of_one_of_ours_is_refused(node):
    reply = await node.post(follow(actor=ANN))

    assert reply.status == 401


async def test_a_type_that_nobody_handles_is_answered_and_not_kept(node, rose):
    reply = await node.post(follow() | {"type": "Dance"})

    assert reply.status == 202
    assert await node.arrivals() == []


@pytest.mark.threat("T119")
async def test_the_same_message_twenty_times_at_once_is_kept_once(node, rose):
    replies = await asyncio.gather(*(node.post(follow()) for _ in range(20)))

    assert {reply.status for reply in replies} == {202}
    assert len(await node.arrivals()) == 1


async def test_an_origin_that_fills_its_share_is_refused_and_nobody_else(node, rose):
    node.backlog = await node.db.write(fill, THERE, 10)
    otto = "https://lemmy.example/people/otto"
    node.gate.documents[otto] = person_document("otto", "https://lemmy.example")

    full = await node.post(follow())
    other = await node.post(follow(actor=otto))

    assert full.status == 503
    assert other.status == 202


async def test_the_last_quarter_is_for_those_that_somebody_here_knows(node, rose):
    node.backlog = 75
    refused = await node.post(follow())
    await node.db.write(make_related)

    taken = await node.post(follow())

    assert (refused.status, taken.status) == (503, 202)


async def test_who_is_known_here_has_a_larger_share_and_not_all(node, rose):
    await node.db.write(make_related)
    node.backlog = await node.db.write(fill, THERE, 24)

    first, second = await node.post(follow()), await node.post(follow(2))

    assert (first.status, second.status) == (202, 503)


def fill(tx, origin, number):
    """That many messages of an origin wait."""
    for one in range(number):
        iri = f"{origin}/waiting/{one}"
        arrival = NewArrival(
            activity_iri=iri,
            origin=origin,
            actor_iri=origin,
            kind="Like",
            body="{}",
            body_hash=iri,
        )
        add_arrival(tx, arrival, NOW)
    return number


def make_related(tx):
    """ann follows somebody of rose's node."""
    members.follow(tx, actor_by_iri(tx, ANN), add_neighbour(tx, "reed"), NOW)


async def test_a_full_queue_asks_the_sender_to_come_back(node, rose):
    await node.db.write(make_related)
    node.backlog = 100

    reply = await node.post(follow())

    assert reply.status == 503
    assert await node.arrivals() == []


@pytest.mark.threat("T111")
async def test_what_could_not_be_stored_is_not_answered_with_202(node, rose, monkeypatch):
    await node.post(follow())

    async def refuse(*_: object) -> None:
        raise Busy("The disk is full.", retry_after_s=60)

    monkeypatch.setattr(node.db, "write", refuse)

    assert (await node.post(follow(2))).status == 503


@pytest.mark.threat("T118")
async def test_fifty_farewells_of_strangers_cost_no_fetch_and_no_row(node):
    def rows(tx):
        tables = ("arrival", "tombstone", "actor", "fetch_task", "asked_host")
        counts = [tx.one(f"select count(*) as n from {one}") for one in tables]
        return [row["n"] for row in counts]

    before = await node.db.read(rows)
    replies = []
    for number in range(50):
        actor = f"{THERE}/people/gone{number}"
        gone = {"id": f"{actor}#delete", "type": "Delete", "actor": actor, "object": actor}
        replies.append(await node.post(gone))

    assert {reply.status for reply in replies} == {202}
    assert node.gate.asked == []
    assert await node.db.read(rows) == before
