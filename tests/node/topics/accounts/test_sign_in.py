"""Signing in, the wait after too many tries, and signing out."""

import pytest

from node.base.errors import TooMany, Unauthorised
from node.http.client_address import network_of
from node.http.services import SERVICES
from node.topics.accounts.devices import (
    DEVICES_MAX,
    KNOWN_S,
    device_words,
    forget_old_devices,
)
from node.topics.accounts.passwords import hash_password_now
from node.topics.accounts.sign_in import (
    SESSION_S,
    TRIES_A_CLIENT_MAX,
    TRIES_A_NAME_MAX,
    TRIES_MAX,
    Attempt,
    SignedIn,
    sign_out,
)
from node.topics.accounts.sign_in import sign_in as sign_in_by
from node.topics.accounts.store import forget_ended_sessions, person_by_session

PASSWORD = "a long walk on sunday"
HASH = hash_password_now(PASSWORD)
HERE = "192.0.2.7"


@pytest.fixture
async def services(house):
    await house.person("rosa", password_hash=HASH)
    await house.person("tilda", password_hash=HASH)
    return house.client.app[SERVICES]


async def sign_in(db, clock, name, password, client, device="") -> str:
    """The token of a new session."""
    return (await signed_in(db, clock, name, password, client, device)).session


async def signed_in(db, clock, name, password, client, device="") -> SignedIn:
    attempt = Attempt(
        name_or_email=name,
        password=password,
        client=client,
        network=network_of(client),
        device=device,
    )
    return await sign_in_by(db, clock, attempt)


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
        await sign_in(services.db, services.clock, "rosa", PASSWORD, "192.0.2.200")
    assert waiting.value.retry_after_s == 15 * 60
    await sign_in(services.db, services.clock, "tilda", PASSWORD, HERE)
    services.clock.at += 15 * 60
    await sign_in(services.db, services.clock, "rosa", PASSWORD, HERE)


async def guess_from(services, networks, monkeypatch):
    """Guess the password of rosa ten times from each of so many networks; how many were heard."""

    async def never(stored, text):
        return text == PASSWORD

    monkeypatch.setattr("node.topics.accounts.sign_in.verify_password", never)
    heard = 0
    for number in range(networks * TRIES_MAX):
        client = f"203.0.{number % networks}.9"
        try:
            await sign_in(services.db, services.clock, "rosa", "some other password", client)
        except Unauthorised:
            heard += 1
        except TooMany:
            continue
    return heard


@pytest.mark.threat("T150")
async def test_a_stranger_who_guesses_makes_only_their_own_network_wait(services, monkeypatch):
    heard = await guess_from(services, 3, monkeypatch)

    assert heard == 3 * TRIES_MAX
    assert await sign_in(services.db, services.clock, "rosa", PASSWORD, HERE)


@pytest.mark.threat("T72", "T150")
async def test_a_guesser_with_many_networks_is_slowed_too(services, monkeypatch):
    heard = await guess_from(services, 30, monkeypatch)

    assert heard == TRIES_A_NAME_MAX
    with pytest.raises(TooMany):
        await sign_in(services.db, services.clock, "rosa", PASSWORD, HERE)


@pytest.mark.threat("T150")
async def test_a_device_that_signed_in_before_is_let_through_while_the_whole_world_guesses(
    services, monkeypatch
):
    before = await signed_in(services.db, services.clock, "rosa", PASSWORD, HERE)
    await guess_from(services, 30, monkeypatch)

    after = await signed_in(services.db, services.clock, "rosa", PASSWORD, HERE, before.device)

    assert after.device == before.device


@pytest.mark.threat("T150")
async def test_a_device_is_known_to_the_account_it_signed_in_to_and_to_no_other(
    services, monkeypatch
):
    own = await signed_in(services.db, services.clock, "tilda", PASSWORD, HERE)
    await guess_from(services, 30, monkeypatch)

    for device in (own.device, "made up"):
        with pytest.raises(TooMany):
            await sign_in(services.db, services.clock, "rosa", PASSWORD, HERE, device)


@pytest.mark.threat("T72", "T150")
async def test_a_known_device_has_ten_tries_as_well(services):
    known = await signed_in(services.db, services.clock, "rosa", PASSWORD, HERE)
    for _ in range(TRIES_MAX):
        with pytest.raises(Unauthorised):
            await sign_in(services.db, services.clock, "rosa", "wrong", HERE, known.device)

    with pytest.raises(TooMany):
        await sign_in(services.db, services.clock, "rosa", PASSWORD, HERE, known.device)
    await sign_in(services.db, services.clock, "rosa", PASSWORD, HERE)


async def test_an_account_knows_twenty_devices_and_each_for_four_hundred_days(services):
    for _ in range(DEVICES_MAX + 3):
        last = await signed_in(services.db, services.clock, "rosa", PASSWORD, HERE)
        services.clock.at += 1

    assert await count(services, "select count(*) as total from known_device") == DEVICES_MAX
    await signed_in(services.db, services.clock, "rosa", PASSWORD, HERE, last.device)
    assert await count(services, "select count(*) as total from known_device") == DEVICES_MAX
    await services.db.write(forget_old_devices, services.clock.now() + KNOWN_S + 1)
    assert await count(services, "select count(*) as total from known_device") == 0


async def test_neither_names_nor_addresses_stand_among_the_tries(services):
    with pytest.raises(Unauthorised):
        await sign_in(services.db, services.clock, "rosas secret", "wrong", HERE)

    rows = await services.db.read(lambda tx: tx.all("select * from login_try"))
    assert len(rows) == 3
    assert not any("rosa" in str(row) or HERE in str(row) for row in rows)


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (
            "Mozilla/5.0 (Android 14; Mobile; rv:132.0) Gecko/132.0 Firefox/132.0",
            "Firefox on Android",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 "
            "(KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
            "Safari on an iPhone",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0",
            "Edge on Windows",
        ),
        ("<script>", "A browser"),
        ("", "A browser"),
    ],
)
def test_a_device_is_called_what_people_call_it(user_agent, words):
    assert device_words(user_agent) == words


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
