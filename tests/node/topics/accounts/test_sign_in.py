"""Signing in, the wait after too many tries, and signing out."""

import pytest

from node.base.errors import TooMany, Unauthorised
from node.http.services import SERVICES
from node.topics.accounts.passwords import hash_password_now
from node.topics.accounts.sign_in import SESSION_S, TRIES_A_CLIENT_MAX, TRIES_MAX, sign_in, sign_out
from node.topics.accounts.store import forget_ended_sessions, person_by_session

PASSWORD = "a long walk on sunday"
HASH = hash_password_now(PASSWORD)
HERE = "192.0.2.7"


@pytest.fixture
async def services(house):
    await house.person("rosa", password_hash=HASH)
    await house.person("tilda", password_hash=HASH)
    return house.client.app[SERVICES]


async def count(services, sql):
    return (await services.db.read(lambda tx: tx.one(sql)))["total"]


async def test_name_and_password_give_a_session_for_ninety_days(services):
    token = await sign_in(services.db, services.clock, " Rosa ", PASSWORD, HERE)
    person = await services.db.read(person_by_session, token, services.clock.now())

    assert person.account.name == "rosa"
    services.clock.at += SESSION_S
    assert await services.db.read(person_by_session, token, services.clock.now()) is None


@pytest.mark.threat("T70")
async def test_an_unknown_name_and_a_wrong_password_are_told_the_same(services):
    with pytest.raises(Unauthorised) as unknown:
        await sign_in(services.db, services.clock, "nobody", PASSWORD, HERE)
    with pytest.raises(Unauthorised) as wrong:
        await sign_in(services.db, services.clock, "rosa", "some other password", HERE)

    assert unknown.value.sentence == wrong.value.sentence


@pytest.mark.threat("T72")
async def test_after_ten_wrong_tries_even_the_right_password_waits_a_quarter_of_an_hour(services):
    for _ in range(TRIES_MAX):
        with pytest.raises(Unauthorised):
            await sign_in(services.db, services.clock, "rosa", "some other password", HERE)

    with pytest.raises(TooMany) as waiting:
        await sign_in(services.db, services.clock, "rosa", PASSWORD, "198.51.100.1")
    assert waiting.value.retry_after_s == 15 * 60
    await sign_in(services.db, services.clock, "tilda", PASSWORD, HERE)
    services.clock.at += 15 * 60
    await sign_in(services.db, services.clock, "rosa", PASSWORD, HERE)


@pytest.mark.threat("T72")
async def test_a_name_that_is_unknown_waits_as_well(services):
    for _ in range(TRIES_MAX):
        with pytest.raises(Unauthorised):
            await sign_in(services.db, services.clock, "nobody", PASSWORD, HERE)
    with pytest.raises(TooMany):
        await sign_in(services.db, services.clock, "nobody", PASSWORD, HERE)


@pytest.mark.threat("T72")
async def test_one_client_cannot_try_many_names_nor_buy_tries_with_a_password_of_its_own(
    services, monkeypatch
):
    async def never(stored, text):
        return text == PASSWORD

    monkeypatch.setattr("node.topics.accounts.sign_in.verify_password", never)
    for number in range(TRIES_A_CLIENT_MAX - 1):
        with pytest.raises(Unauthorised):
            await sign_in(services.db, services.clock, f"name {number}", "guess", HERE)
    await sign_in(services.db, services.clock, "tilda", PASSWORD, HERE)

    with pytest.raises(TooMany):
        await sign_in(services.db, services.clock, "rosa", "guess", HERE)
    await sign_in(services.db, services.clock, "rosa", PASSWORD, "198.51.100.1")


async def test_signing_in_forgives_the_name_its_tries(services):
    for _ in range(2):
        for _ in range(TRIES_MAX - 1):
            with pytest.raises(Unauthorised):
                await sign_in(services.db, services.clock, "rosa", "some other password", HERE)
        await sign_in(services.db, services.clock, "rosa", PASSWORD, HERE)


@pytest.mark.threat("T75")
async def test_each_sign_in_is_a_session_of_its_own_and_signing_out_ends_just_that(services):
    first = await sign_in(services.db, services.clock, "rosa", PASSWORD, HERE)
    second = await sign_in(services.db, services.clock, "rosa", PASSWORD, HERE)
    await services.db.write(sign_out, first)

    now = services.clock.now()
    assert await services.db.read(person_by_session, first, now) is None
    assert await services.db.read(person_by_session, second, now) is not None


@pytest.mark.threat("T83")
async def test_a_disabled_account_does_not_sign_in_and_its_sessions_end(services):
    token = await sign_in(services.db, services.clock, "rosa", PASSWORD, HERE)
    await services.db.write(lambda tx: tx.run("update account set disabled_at = 5"))

    assert await services.db.read(person_by_session, token, services.clock.now()) is None
    with pytest.raises(Unauthorised):
        await sign_in(services.db, services.clock, "rosa", PASSWORD, HERE)


async def test_what_has_ended_is_tidied_away(services):
    await sign_in(services.db, services.clock, "rosa", PASSWORD, HERE)
    with pytest.raises(Unauthorised):
        await sign_in(services.db, services.clock, "nobody", PASSWORD, HERE)
    later = services.clock.now() + SESSION_S + 1
    await services.db.write(forget_ended_sessions, later)

    assert await count(services, "select count(*) as total from session") == 0
    assert await count(services, "select count(*) as total from login_try") == 0
