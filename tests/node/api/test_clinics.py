"""An organisation keeps out of what is personal: its own node refuses it, and so does the other."""

import pytest

from federation import documents
from node.arrivals.apply_context import ApplyContext
from node.base.errors import NotAllowed
from node.topics.communities.store import membership
from node.topics.members.actions import Founding, follow, found_community
from node.topics.members.activities import receive_follow, receive_join
from node.topics.permissions.rules import Role
from node.topics.publishing.actions import publish
from node.topics.publishing.activities import receive_create
from node.topics.publishing.drafts import Draft
from node.topics.reactions.activities import receive_like
from tests.neighbours import KEYS, NOW, ORIGIN, add_group, add_neighbour, add_person, note, sent

APPLYING = ApplyContext(NOW)
pytestmark = [pytest.mark.feature("H12"), pytest.mark.feature("M11")]


async def founded(house, organiser, door):
    founding = Founding(origin=ORIGIN, name="walkers", title="Walkers", visibility=door)
    return await house.do(found_community, founding, organiser.actor, KEYS, NOW)


async def test_it_follows_no_person_and_joins_no_community(house, rosa, clinic):
    group = await founded(house, rosa, "closed")

    person = await clinic.ask("POST", f"/api/v1/accounts/{rosa.id}/follow")
    joining = await clinic.ask("POST", f"/api/v1/accounts/{group.id}/follow")

    assert (person.status, joining.status) == (403, 403)
    assert await house.do(count, "follow") == 1
    assert (await house.do(membership, group.id, clinic.actor.id)).role == Role.NOBODY


def count(tx, table):
    questions = {
        "follow": "select count(*) as n from follow",
        "notification": "select count(*) as n from notification",
        "post": "select count(*) as n from post",
    }
    return tx.one(questions[table])["n"]


async def test_it_follows_a_public_community_and_is_no_member_of_it(house, rosa, clinic):
    group = await founded(house, rosa, "public")

    await clinic.post(f"/api/v1/accounts/{group.id}/follow")

    assert (await house.do(membership, group.id, clinic.actor.id)).role == Role.NOBODY
    refused = await clinic.ask("POST", "/api/v1/statuses", data={"status": "@walkers buy this"})
    assert refused.status == 403


@pytest.mark.parametrize("visibility", ["public", "private", "direct"])
async def test_it_writes_to_nobody_first_and_answers_who_wrote_to_it(
    house, rosa, clinic, visibility
):
    form = {"status": "@rosa come by", "visibility": visibility}
    assert (await clinic.ask("POST", "/api/v1/statuses", data=form)).status == 403
    asked = await rosa.say("@millroad are you open?", visibility="direct")

    answer = await clinic.say("@rosa we are", in_reply_to_id=asked["id"], visibility="direct")

    assert (await rosa.get(f"/api/v1/statuses/{answer['id']}")).status == 200


async def test_it_sees_nothing_that_is_said_in_a_closed_community_and_reacts_to_nothing_there(
    house, rosa, clinic
):
    await founded(house, rosa, "closed")
    post_id = await house.do(publish, rosa.actor, Draft(text="@walkers hello"), NOW)

    for method, tail in (
        ("GET", ""),
        ("POST", "/favourite"),
        ("POST", "/reblog"),
        ("POST", "/bookmark"),
    ):
        assert (await clinic.ask(method, f"/api/v1/statuses/{post_id}{tail}")).status == 404


@pytest.mark.threat("T87")
async def test_it_does_not_learn_who_follows_it_or_likes_what_it_says(house, rosa, clinic):
    said = await clinic.say("Flu shots on Monday")
    await rosa.post(f"/api/v1/accounts/{clinic.id}/follow")
    await rosa.post(f"/api/v1/statuses/{said['id']}/favourite")
    await rosa.post(f"/api/v1/statuses/{said['id']}/reblog")

    for path in (
        "/api/v1/notifications",
        f"/api/v1/accounts/{clinic.id}/followers",
        f"/api/v1/statuses/{said['id']}/favourited_by",
        f"/api/v1/statuses/{said['id']}/reblogged_by",
    ):
        assert (await clinic.get(path)).value == []


def remote_clinic(tx):
    return add_neighbour(tx, "millroad", kind="Organization")


@pytest.mark.threat("T87")
def test_a_clinic_elsewhere_whose_own_node_refuses_nothing_follows_no_person_and_joins_nothing(tx):
    ann, clinic = add_person(tx, "ann"), remote_clinic(tx)
    group = add_group(tx, "walkers", ann)

    receive_follow(tx, sent(documents.Follow, clinic, ann.iri), APPLYING)
    receive_join(tx, sent(documents.Join, clinic, group.iri), APPLYING)

    kinds = [row["kind"] for row in tx.all("select kind from outbox_entry order by id")]
    assert kinds == ["Reject", "Reject"]
    assert tx.one("select count(*) as n from follow")["n"] == 0
    assert membership(tx, group.id, clinic.id).role == Role.NOBODY


@pytest.mark.threat("T106")
def test_a_clinic_elsewhere_writes_to_nobody_first(tx):
    ann, clinic = add_person(tx, "ann"), remote_clinic(tx)
    message = note(
        clinic, "Buy this", to=(ann.iri,), cc=(), mentions=(documents.Mention(ann.iri, "@ann"),)
    )

    with pytest.raises(NotAllowed):
        receive_create(tx, sent(documents.Create, clinic, message), APPLYING)

    assert tx.all("select id from post") == []
    assert tx.all("select id from notification") == []


@pytest.mark.threat("T106")
def test_whom_a_clinic_elsewhere_names_in_the_open_is_not_disturbed(tx):
    ann, clinic = add_person(tx, "ann"), remote_clinic(tx)
    named = note(
        clinic,
        "Look at this",
        cc=(ann.iri,),
        mentions=(documents.Mention(ann.iri, "@ann"),),
    )

    receive_create(tx, sent(documents.Create, clinic, named), APPLYING)

    assert tx.all("select id from notification") == []


def test_a_clinic_elsewhere_that_was_asked_may_answer(tx):
    ann, clinic = add_person(tx, "ann"), remote_clinic(tx)
    asked = publish(tx, ann, Draft(text=f"@{clinic.full_handle} open?", visibility="direct"), NOW)
    iri = tx.one("select iri from post where id = :id", id=asked)["iri"]
    answer = note(
        clinic,
        "We are",
        to=(ann.iri,),
        cc=(),
        in_reply_to=iri,
        mentions=(documents.Mention(ann.iri, "@ann"),),
    )

    receive_create(tx, sent(documents.Create, clinic, answer), APPLYING)

    assert [row["kind"] for row in tx.all("select kind from notification")] == ["mention"]


def test_a_clinic_elsewhere_reacts_to_nothing_in_a_closed_community(tx):
    ann, clinic = add_person(tx, "ann"), remote_clinic(tx)
    founding = Founding(
        origin=ORIGIN, name="walkers", title="Walkers", visibility="closed", elsewhere=True
    )
    found_community(tx, founding, ann, KEYS, NOW)
    post_id = publish(tx, ann, Draft(text="@walkers hello"), NOW)
    iri = tx.one("select iri from post where id = :id", id=post_id)["iri"]

    receive_like(tx, sent(documents.Like, clinic, iri), APPLYING)

    assert tx.one("select count(*) as n from favourite")["n"] == 0


def test_a_person_follows_a_clinic_as_anybody(tx):
    ann, clinic = add_person(tx, "ann"), remote_clinic(tx)

    follow(tx, ann, clinic, NOW)

    assert tx.one("select count(*) as n from follow")["n"] == 1
