"""Invitations: how many they let in, for how long, by whom, and what revoking reaches."""

import asyncio

import pytest

from node.base.errors import Invalid, NotAllowed, NotFound
from node.topics.accounts.sign_in import SignedIn
from node.topics.actors.store import actor_by_id
from node.topics.admissions.invitation_store import invitations_into
from node.topics.admissions.invitation_tree import invitation_tree
from node.topics.admissions.invitations import (
    NOT_OPEN,
    TICKET_S,
    Newcomer,
    Wanted,
    come_back,
    come_in,
    join_by_invitation,
    make_invitation,
    open_offer,
    revoke_invitation,
)
from node.topics.admissions.rules import DAY_S, OPEN_MAX, account_name, shown_name
from node.topics.communities.permissions import who_is
from node.topics.communities.store import drop_member
from node.topics.members.actions import Founding, found_community
from node.topics.members.store import follow_between
from node.topics.moderation.ban_store import Ban, put_ban
from node.topics.permissions.rules import Role
from tests.neighbours import KEYS, NOW, ORIGIN, add_node, add_person


def found(tx, organiser, **fields):
    fields = {"name": "hollow", "title": "Hollow", "visibility": "hidden"} | fields
    return found_community(tx, Founding(origin=ORIGIN, **fields), organiser, KEYS, NOW)


@pytest.fixture
def hollow(tx):
    """A hidden community that one enters by invitation alone, and rosa, who looks after it."""
    add_node(tx)
    rosa = add_person(tx, "rosa")
    return found(tx, rosa, joining="invite"), rosa


def newcomer(name="Joao", ticket="ticket"):
    return Newcomer(origin=ORIGIN, shown_name=name, ticket=ticket, device="A phone", keys=KEYS)


def enter(tx, code, name="Joao", ticket="ticket", at=NOW):
    """Somebody comes in; who they are from now on."""
    session = f"session of {ticket} {at}"
    come_in(tx, code, newcomer(name, ticket), SignedIn(session, f"device {session}"), at)
    row = tx.one("select max(actor_id) as id from account")
    return actor_by_id(tx, row["id"])


def accounts(tx):
    return [row["name"] for row in tx.all("select name from account order by id")]


@pytest.mark.feature("C06")
def test_who_comes_in_is_a_member_under_the_name_they_chose_and_follows_the_community(tx, hollow):
    group, rosa = hollow
    code = make_invitation(tx, group, rosa, Wanted(), NOW)

    joao = enter(tx, code, "João Peña")

    assert joao.title == "João Peña"
    assert joao.name.startswith("joao_pena_")
    assert who_is(tx, group.id, joao).role is Role.MEMBER
    assert follow_between(tx, joao.id, group.id).is_accepted
    row = tx.one("select came_by from membership where actor_id = :id", id=joao.id)
    assert row["came_by"] == "invitation"


@pytest.mark.threat("T74")
@pytest.mark.feature("C05")
async def test_a_hundred_who_come_at_once_by_a_link_for_one_make_one_account(database):
    def begin(tx):
        add_node(tx)
        group = found(tx, add_person(tx, "rosa"), joining="invite")
        return make_invitation(tx, group, actor_by_id(tx, rosa_of(tx)), Wanted(uses=1), NOW)

    def rosa_of(tx):
        return tx.one("select id from actor where name = 'rosa'")["id"]

    code = await database.write(begin)

    async def one(number):
        fresh = SignedIn(f"session {number}", f"device {number}")
        return await database.write(
            come_in, code, newcomer(f"Guest {number}", f"ticket {number}"), fresh, NOW
        )

    done = await asyncio.gather(*(one(number) for number in range(100)), return_exceptions=True)

    assert len(await database.read(accounts)) == 1
    assert sum(isinstance(one, NotFound) for one in done) == 99


@pytest.mark.threat("T74")
@pytest.mark.feature("C05")
def test_a_link_that_is_used_up_ended_or_revoked_and_one_that_never_was_are_refused_alike(
    tx, hollow
):
    group, rosa = hollow
    codes = [make_invitation(tx, group, rosa, Wanted(uses=1, days=1), NOW) for _ in range(4)]
    used, _, revoked, orphaned = codes
    enter(tx, used)
    numbers = [one.id for one in invitations_into(tx, group.id)][::-1]
    revoke_invitation(tx, group, rosa, numbers[2], NOW)
    ben = add_person(tx, "ben")

    said = set()
    for code, at in ((used, NOW), (codes[1], NOW + DAY_S), (revoked, NOW), ("never", NOW)):
        with pytest.raises(NotFound) as refusal:
            come_in(tx, code, newcomer(ticket="another"), SignedIn("s", "d"), at)
        with pytest.raises(NotFound):
            join_by_invitation(tx, code, ben, at)
        said.add(refusal.value.sentence)
    drop_member(tx, group.id, rosa.id)
    with pytest.raises(NotFound):
        open_offer(tx, orphaned, NOW)

    assert said == {NOT_OPEN}


@pytest.mark.threat("T74")
def test_who_is_shut_out_invites_nobody_and_their_links_are_open_no_more(tx, hollow):
    group, rosa = hollow
    joao = enter(tx, make_invitation(tx, group, rosa, Wanted(), NOW))
    code = make_invitation(tx, group, joao, Wanted(), NOW)

    put_ban(tx, group.id, Ban(joao.id, NOW + DAY_S, "", 0), NOW)

    with pytest.raises(NotAllowed):
        make_invitation(tx, group, joao, Wanted(), NOW)
    with pytest.raises(NotFound):
        open_offer(tx, code, NOW)


@pytest.mark.threat("T74")
def test_a_code_has_128_bits_and_is_stored_nowhere(tx, hollow):
    group, rosa = hollow

    code = make_invitation(tx, group, rosa, Wanted(), NOW)

    assert len(bytes.fromhex(code)) == 16
    (row,) = tx.all("select * from invitation")
    assert code not in str(dict(row))


@pytest.mark.threat("T74")
@pytest.mark.feature("C05")
def test_revoking_a_link_revokes_those_of_all_who_came_in_below_it_and_of_nobody_else(tx, hollow):
    group, rosa = hollow
    first, other = (make_invitation(tx, group, rosa, Wanted(), NOW) for _ in range(2))
    joao = enter(tx, first, "Joao", "1")
    second = make_invitation(tx, group, joao, Wanted(), NOW)
    rita = enter(tx, second, "Rita", "2")
    third = make_invitation(tx, group, rita, Wanted(), NOW)
    (top,) = [one for one in invitation_tree(tx, group, rosa) if one.people]

    count = revoke_invitation(tx, group, rosa, top.invitation.id, NOW)

    assert count == 3
    for code in (first, second, third):
        with pytest.raises(NotFound):
            open_offer(tx, code, NOW)
    assert open_offer(tx, other, NOW).group.id == group.id
    assert who_is(tx, group.id, rita).role is Role.MEMBER


@pytest.mark.feature("C07")
def test_organisers_see_who_came_in_by_which_invitation_and_members_see_their_own(tx, hollow):
    group, rosa = hollow
    joao = enter(tx, make_invitation(tx, group, rosa, Wanted(), NOW), "Joao", "1")
    rita = enter(tx, make_invitation(tx, group, joao, Wanted(), NOW), "Rita", "2")
    enter(tx, make_invitation(tx, group, rita, Wanted(), NOW), "Max", "3")

    (top,) = invitation_tree(tx, group, rosa)
    (own,) = invitation_tree(tx, group, joao)

    assert [person.title for person in top.people] == ["Joao"]
    assert top.below[0].inviter == joao
    assert [person.title for person in top.below[0].below[0].people] == ["Max"]
    assert ([person.title for person in own.people], own.below) == (["Rita"], ())


def test_others_can_neither_revoke_a_link_nor_learn_that_it_is_there(tx, hollow):
    group, rosa = hollow
    joao = enter(tx, make_invitation(tx, group, rosa, Wanted(), NOW))
    (top,) = invitations_into(tx, group.id)

    for somebody in (joao, add_person(tx, "stranger")):
        with pytest.raises(NotFound):
            revoke_invitation(tx, group, somebody, top.id, NOW)


@pytest.mark.feature("C05")
def test_an_invitation_keeps_its_limits(tx, hollow):
    group, rosa = hollow

    for wanted in (Wanted(uses=0), Wanted(uses=101), Wanted(days=0), Wanted(days=91)):
        with pytest.raises(Invalid):
            make_invitation(tx, group, rosa, wanted, NOW)
    for _ in range(OPEN_MAX):
        make_invitation(tx, group, rosa, Wanted(), NOW)
    with pytest.raises(Invalid, match="Revoke one"):
        make_invitation(tx, group, rosa, Wanted(), NOW)


def test_somebody_who_is_no_member_invites_nobody(tx, hollow):
    group, _ = hollow

    with pytest.raises(NotFound):
        make_invitation(tx, group, add_person(tx, "ben"), Wanted(), NOW)


@pytest.mark.feature("C06")
def test_one_of_ours_joins_once_however_often_they_use_the_link(tx, hollow):
    group, rosa = hollow
    ben = add_person(tx, "ben")
    code = make_invitation(tx, group, rosa, Wanted(uses=2), NOW)

    for _ in range(3):
        assert join_by_invitation(tx, code, ben, NOW).id == group.id

    (left,) = invitations_into(tx, group.id)
    assert left.uses_left == 1
    assert who_is(tx, group.id, ben).role is Role.MEMBER


def test_a_clinic_and_whoever_is_shut_out_do_not_come_in_by_a_link(tx, hollow):
    group, rosa = hollow
    code = make_invitation(tx, group, rosa, Wanted(), NOW)
    ben = add_person(tx, "ben")
    put_ban(tx, group.id, Ban(ben.id, NOW + DAY_S, "", 0), NOW)
    clinic = add_person(tx, "clinic")
    tx.run("update actor set kind = 'Organization' where id = :id", id=clinic.id)

    for somebody in (ben, actor_by_id(tx, clinic.id)):
        with pytest.raises(NotAllowed):
            join_by_invitation(tx, code, somebody, NOW)
    assert invitations_into(tx, group.id)[0].uses_left == 20


@pytest.mark.feature("C06")
def test_a_form_that_is_sent_twice_makes_one_account_and_leads_to_it_for_an_hour(tx, hollow):
    group, rosa = hollow
    code = make_invitation(tx, group, rosa, Wanted(uses=1), NOW)
    enter(tx, code)

    again = come_in(tx, code, newcomer(), SignedIn("second", "device 2"), NOW + 60)

    assert again.id == group.id
    assert len(accounts(tx)) == 1
    assert tx.one("select count(*) as n from session")["n"] == 2
    late = NOW + TICKET_S + 1
    assert come_back(tx, "ticket", "", SignedIn("third", "device 3"), late) is None
    with pytest.raises(NotFound):
        come_in(tx, code, newcomer(), SignedIn("third", "device 3"), late)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("João Peña", "joao_pena_4f2a"),
        ("מרים", "friend_4f2a"),
        ("  A  ", "a_4f2a"),
        ("x" * 60, "x" * 20 + "_4f2a"),
        ("…", None),
        ("\u202e", None),
        ("y" * 61, None),
    ],
)
def test_a_name_to_sign_in_with_is_made_of_any_name_that_can_be_read(typed, name):
    if name is None:
        with pytest.raises(Invalid):
            shown_name(typed)
    else:
        assert account_name(shown_name(typed), "4f2a") == name
