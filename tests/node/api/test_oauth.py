"""Apps are let in: registration, the page that asks, codes with PKCE, tokens and their end."""

from base64 import b64encode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from node.topics.accounts.passwords import hash_password_now
from tests.node.browser import Browser
from tests.node.house import Caller, House

OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
BACK = "https://app.example/back"
PASSWORD = "a long walk on sunday"
HASH = hash_password_now(PASSWORD)
VERIFIER = "v" * 50
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
PKCE = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
OWN = "/api/v1/accounts/verify_credentials"


@dataclass
class Visit:
    """An app that was registered, and the browser of somebody who is signed in."""

    house: House
    app: dict[str, str]
    browser: Browser
    uri: str = BACK

    def question(self, **changes: str) -> str:
        """The page that asks whether the app may come in."""
        asked = {
            "client_id": self.app["client_id"],
            "redirect_uri": self.uri,
            "response_type": "code",
            "scope": "read write follow",
            "state": "a&b",
        }
        return f"/oauth/authorize?{urlencode(asked | changes)}"

    async def answer(self, answer: str = "yes", **changes: str):
        """Say yes or no on that page."""
        page = await self.browser.open(self.question(**changes))
        assert page.status == 200, page.text
        return await self.browser.send("/oauth/authorize", page.fields | {"answer": answer})

    async def code(self, **changes: str) -> str:
        """The code that a yes leads back with."""
        return led_back(await self.answer(**changes))["code"]

    async def exchange(self, code: str, status: int = 200, /, **changes: str):
        """The token for a code."""
        form = {
            "grant_type": "authorization_code",
            "client_id": self.app["client_id"],
            "client_secret": self.app["client_secret"],
            "redirect_uri": self.uri,
            "code": code,
        }
        return await self.house.visitor.post("/oauth/token", form | changes, status=status)

    async def is_good(self, token: str) -> bool:
        """Whether a token opens anything."""
        return (await Caller(self.house.client, token).ask("GET", OWN)).status == 200


def led_back(page) -> dict[str, str]:
    """What an app is told at the address that it is led back to."""
    assert page.status == 302, page.text
    return {name: values[0] for name, values in parse_qs(urlsplit(page.location).query).items()}


async def register(house: House, uris: str = f"{BACK}\n{OUT_OF_BAND}", **changes: str):
    form = {
        "client_name": "Walker",
        "redirect_uris": uris,
        "scopes": "read write follow push",
        "website": "https://app.example",
    }
    return (await house.visitor.post("/api/v1/apps", form | changes)).value


@pytest.fixture
async def visit(house: House) -> Visit:
    await house.person("rosa", password_hash=HASH)
    browser = Browser(house.client)
    assert (await browser.sign_in("rosa", PASSWORD)).status == 303
    return Visit(house, await register(house), browser)


async def test_an_app_is_let_in_and_acts_in_somebodys_name(visit):
    back = await visit.answer(**PKCE)
    told = led_back(back)
    token = (await visit.exchange(told["code"], code_verifier=VERIFIER)).value

    assert back.location.startswith(f"{BACK}?code=")
    assert told["state"] == "a&b"
    assert (token["scope"], token["token_type"]) == ("read write follow", "Bearer")
    assert token["created_at"] == 1_800_000_000
    assert await visit.is_good(token["access_token"])


async def test_an_app_without_a_page_of_its_own_gets_its_code_by_hand(visit):
    visit.uri = OUT_OF_BAND
    page = await visit.answer()
    code = page.text.partition('<code class="code">')[2].partition("</code>")[0]

    assert (await visit.exchange(code)).status == 200


@pytest.mark.parametrize(
    "uri",
    [
        "oauth2redirect://com.keylesspalace.tusky/",
        "icecubesapp://",
        "com.tapbots.Ivory.10217:/request_token",
        "http://localhost:8123/back?kept=1",
    ],
)
async def test_the_addresses_of_real_apps_are_taken_and_led_back_to(visit, uri):
    visit.app, visit.uri = await register(visit.house, uri), uri
    back = await visit.answer()

    assert back.location.startswith(f"{uri}{'&' if '?' in uri else '?'}code=")
    assert (await visit.exchange(led_back(back)["code"])).status == 200


async def test_somebody_not_signed_in_signs_in_first_and_comes_back_with_the_whole_question(visit):
    browser = Browser(visit.house.client)
    for slash in ("", "/"):
        question = visit.question(**PKCE).replace("/authorize?", f"/authorize{slash}?")
        sent = await browser.open(question)
        page = await browser.open(sent.location)
        back = await Browser(visit.house.client).sign_in("rosa", PASSWORD, page.fields["next"])

        assert sent.status == 303
        assert parse_qs(urlsplit(back.location).query) == parse_qs(urlsplit(question).query)


async def test_an_app_that_is_not_let_in_is_told_so(visit):
    assert led_back(await visit.answer("no")) == {"error": "access_denied", "state": "a&b"}


@pytest.mark.threat("T77")
async def test_a_code_is_good_once_and_using_it_twice_ends_what_it_gave(visit):
    code = await visit.code()
    token = (await visit.exchange(code)).value["access_token"]
    assert await visit.is_good(token)

    again = await visit.exchange(code, 400)

    assert again.value["error"] == "invalid_grant"
    assert not await visit.is_good(token)


@pytest.mark.threat("T77")
async def test_a_code_lives_ten_minutes(visit):
    codes = [await visit.code(), await visit.code()]
    visit.house.clock.at += 599
    token = (await visit.exchange(codes[0])).value["access_token"]
    visit.house.clock.at += 1
    late = await visit.exchange(codes[1], 400)

    assert late.value["error"] == "invalid_grant"
    assert await visit.is_good(token)


@pytest.mark.threat("T77")
@pytest.mark.parametrize("sent", [{}, {"code_verifier": "x" * 50}, {"code_verifier": CHALLENGE}])
async def test_a_code_that_was_asked_for_with_a_challenge_needs_its_verifier(visit, sent):
    code = await visit.code(**PKCE)

    assert (await visit.exchange(code, 400, **sent)).value["error"] == "invalid_grant"
    await visit.exchange(code, code_verifier=VERIFIER)


@pytest.mark.threat("T77")
async def test_a_challenge_that_somebody_took_out_of_the_question_is_missed(visit):
    code = await visit.code()

    refused = await visit.exchange(code, 400, code_verifier=VERIFIER)

    assert refused.value["error"] == "invalid_grant"


@pytest.mark.threat("T77")
@pytest.mark.parametrize(
    "asked",
    [
        {"code_challenge": VERIFIER, "code_challenge_method": "plain"},
        {"code_challenge": CHALLENGE},
        {"code_challenge_method": "S256"},
        {"code_challenge": "short", "code_challenge_method": "S256"},
    ],
)
async def test_no_weaker_proof_than_s256_is_taken(visit, asked):
    page = await visit.browser.open(visit.question(**asked))

    assert (page.status, page.location) == (400, "")


@pytest.mark.threat("T77")
@pytest.mark.threat("T79")
@pytest.mark.parametrize(
    "asked",
    [
        {"redirect_uri": f"{BACK}/"},
        {"redirect_uri": f"{BACK}?x=1"},
        {"redirect_uri": "https://app.example"},
        {"redirect_uri": "https://app.example.evil.example/back"},
        {"redirect_uri": "https://APP.example/back"},
        {"redirect_uri": ""},
        {"client_id": "unknown"},
        {"scope": "read write follow push profile"},
        {"scope": "admin:read"},
        {"scope": "read:everything"},
        {"response_type": "token"},
    ],
    ids=lambda asked: next(iter(asked.values())) or "none",
)
async def test_an_app_that_asks_for_more_than_it_registered_is_led_nowhere(visit, asked):
    page = await visit.browser.open(visit.question(**asked))
    sent = await visit.browser.send(
        "/oauth/authorize",
        (await visit.browser.open(visit.question())).fields | {"answer": "yes"} | asked,
    )

    assert (page.status, page.location) == (400, "")
    assert (sent.status, sent.location) == (400, "")


@pytest.mark.threat("T77")
async def test_a_code_is_for_its_app_and_its_address_alone(visit):
    other = await register(visit.house)
    code = await visit.code()

    others = {name: other[name] for name in ("client_id", "client_secret")}
    refused = [
        (await visit.exchange(code, 400, **changes)).value["error"]
        for changes in (others, {"redirect_uri": OUT_OF_BAND})
    ]
    token = (await visit.exchange(code)).value["access_token"]

    assert refused == ["invalid_grant"] * 2
    assert await visit.is_good(token)


@pytest.mark.threat("T80")
async def test_nobody_else_can_say_yes_in_somebodys_name(visit):
    page = await visit.browser.open(visit.question())
    forged = page.fields | {"answer": "yes", "token": "made-up"}
    from_elsewhere = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}

    without = await visit.browser.send("/oauth/authorize", forged)
    foreign = await visit.browser.send(
        "/oauth/authorize", page.fields | {"answer": "yes"}, headers=from_elsewhere
    )

    assert (without.status, foreign.status) == (403, 403)


async def test_the_page_lets_pop_ups_answer_and_forms_lead_back(visit):
    page = await visit.browser.open(visit.question())
    signing_in = await Browser(visit.house.client).open("/sign-in")
    back = await visit.answer()

    assert "form-action 'self' https://app.example" in page.headers["Content-Security-Policy"]
    for one in (page, signing_in, back):
        assert one.headers.get("Cross-Origin-Opener-Policy", "unsafe-none") == "unsafe-none"
    assert page.headers["X-Frame-Options"] == "DENY"


@pytest.mark.threat("T65")
async def test_who_asks_and_where_it_leads_cannot_be_mistaken_on_the_page(visit):
    name = "Ann\u202e\u200b <b>\n\n is\tsafe"
    form = {"client_name": name, "redirect_uris": "walks://back", "website": "http://10.0.0.1/"}
    app = (await visit.house.visitor.post("/api/v1/apps", form)).value

    question = visit.question(client_id=app["client_id"], redirect_uri="walks://back", scope="read")
    page = await visit.browser.open(question)

    assert (app["name"], app["website"]) == ("Ann <b> is safe", None)
    assert "calls itself <strong><bdi>Ann &lt;b&gt; is safe</bdi></strong>" in page.text
    assert '<bdi dir="ltr">an app on this device (walks:)</bdi>' in page.text
    assert '<bdi dir="ltr">app.example</bdi>' in (await visit.browser.open(visit.question())).text


@pytest.mark.parametrize("uris", [[BACK], [BACK, OUT_OF_BAND]])
async def test_an_app_registers_by_form_json_or_query(house, uris):
    words = {"client_name": "Walker", "scopes": "read"}
    by_form = await house.visitor.post("/api/v1/apps", words | {"redirect_uris": "\n".join(uris)})
    by_json = await house.visitor.post("/api/v1/apps", json=words | {"redirect_uris": uris})
    by_query = await house.visitor.post(
        "/api/v1/apps", params=words | {"redirect_uris": "\n".join(uris)}
    )

    for reply in (by_form, by_json, by_query):
        assert reply.value["redirect_uris"] == uris
        assert reply.value["client_secret_expires_at"] == 0
        assert reply.value["scopes"] == ["read"]


@pytest.mark.threat("T57")
@pytest.mark.parametrize(
    "words",
    [
        {"client_name": ""},
        {"client_name": "x" * 201},
        {"redirect_uris": ""},
        {"redirect_uris": "javascript:alert(1)"},
        {"redirect_uris": "data:text/html,x"},
        {"redirect_uris": "intent://scan/#Intent;scheme=x;end"},
        {"redirect_uris": "intent://back"},
        {"redirect_uris": "INTENT://back"},
        {"redirect_uris": "android-app://com.example/back"},
        {"redirect_uris": "mailto:evil@example.com"},
        {"redirect_uris": "wss://app.example/back"},
        {"redirect_uris": "/back"},
        {"redirect_uris": "https://app.example; script-src-elem */back"},
        {"redirect_uris": "https://app.example;script-src-elem/back"},
        {"redirect_uris": "https://bank.example@evil.example/"},
        {"redirect_uris": "https://bank.example:x@evil.example/"},
        {"redirect_uris": "https://b\u0430nk.example/"},
        {"redirect_uris": "https:///back"},
        {"redirect_uris": "http://app.example/back"},
        {"redirect_uris": "https://192.168.0.1/back"},
        {"redirect_uris": "https://127.0.0.1/back"},
        {"redirect_uris": "https://[::1]/back"},
        {"redirect_uris": "https://printer/back"},
        {"redirect_uris": "https://printer.local/back"},
        {"redirect_uris": "http://10.0.0.1/back"},
        {"redirect_uris": "https://app.example:port/"},
        {"redirect_uris": "app://x y"},
        {"redirect_uris": "JavaScript:alert(1)"},
        {"redirect_uris": "view-source:https://app.example"},
        {"redirect_uris": "https://app.example/#part"},
        {"redirect_uris": f"https://app.example/{'x' * 2_000}"},
        {"redirect_uris": "\n".join(f"https://app.example/{n}" for n in range(11))},
        {"redirect_uris": "\n".join(f"https://app.example/{'x' * 1_900}{n}" for n in range(9))},
        {"scopes": "admin:read"},
        {"scopes": "read:nothing"},
        {"scopes": "read " * 201},
    ],
    ids=range(36),
)
async def test_an_app_that_cannot_be_is_not_registered(house, words):
    form = {"client_name": "Walker", "redirect_uris": BACK, "scopes": "read"}

    refused = await house.visitor.post("/api/v1/apps", form | words, status=422)

    assert refused.error.startswith("Validation failed: ")
    assert await house.do(lambda tx: tx.all("select id from oauth_app")) == []


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_id": "wrong"}, "invalid_client"),
        ({"grant_type": "password", "username": "rosa"}, "unsupported_grant_type"),
        ({"code": "wrong"}, "invalid_grant"),
    ],
)
async def test_refusals_say_the_word_that_apps_read(visit, changes, error):
    status = 401 if error == "invalid_client" else 400
    reply = await visit.exchange(await visit.code(), status, **changes)

    assert reply.value["error"] == error
    assert reply.value["error_description"].endswith(".")
    assert reply.headers["Cache-Control"] == "private, no-store"


async def test_an_app_may_show_its_secret_as_basic_authentication(visit):
    pair = f"{visit.app['client_id']}:{visit.app['client_secret']}".encode()
    form = {"grant_type": "authorization_code", "redirect_uri": BACK, "code": await visit.code()}
    basic = {"Authorization": f"Basic {b64encode(pair).decode()}"}
    unreadable = {"Authorization": "Basic ???"}

    app = visit.house.visitor
    refused = await app.post("/oauth/token", form, status=401, headers=unreadable)
    given = await app.post("/oauth/token", form, headers=basic)

    assert refused.value["error"] == "invalid_client"
    assert await visit.is_good(given.value["access_token"])


@pytest.mark.threat("T78")
async def test_an_app_for_itself_alone_reads_what_visitors_read_and_no_more(visit):
    form = {
        "grant_type": "client_credentials",
        "client_id": visit.app["client_id"],
        "client_secret": visit.app["client_secret"],
        "scope": "read write",
    }
    token = (await visit.house.visitor.post("/oauth/token", form)).value["access_token"]
    app = Caller(visit.house.client, token)

    assert (await app.get("/api/v1/timelines/public")).value == []
    assert (await app.get(OWN, status=422)).error == "This method requires an authenticated user"
    assert (await app.get("/api/v1/apps/verify_credentials")).value["name"] == "Walker"
    await visit.house.visitor.post("/oauth/token", form | {"scope": "profile"}, status=400)


async def test_a_token_that_is_taken_back_opens_nothing(visit):
    token = (await visit.exchange(await visit.code())).value["access_token"]
    other = await register(visit.house)

    def taking(app: dict[str, str]) -> dict[str, str]:
        return {name: app[name] for name in ("client_id", "client_secret")} | {"token": token}

    revoke = "/oauth/revoke"
    await visit.house.visitor.post(revoke, taking(other))
    assert await visit.is_good(token)
    await visit.house.visitor.post(revoke, taking(visit.app) | {"client_secret": "x"}, status=401)
    assert await visit.is_good(token)
    await visit.house.visitor.post(revoke, taking(visit.app))
    assert not await visit.is_good(token)
    await visit.house.visitor.post(revoke, taking(visit.app))


async def test_an_app_asks_what_it_is_and_whose(visit, tilda):
    code = await visit.code(scope="read:accounts")
    caller = Caller(visit.house.client, (await visit.exchange(code)).value["access_token"])
    userinfo = (await tilda.get("/oauth/userinfo")).value

    assert (await caller.get("/api/v1/apps/verify_credentials")).value["name"] == "Walker"
    assert (await tilda.get("/api/v1/apps/verify_credentials")).value["name"] == "Hedgerow"
    assert userinfo["sub"] == "https://group.example/people/tilda"
    await caller.get("/oauth/userinfo", status=403)


async def test_the_servers_metadata_names_every_endpoint_and_s256_alone(house):
    said = (await house.visitor.get("/.well-known/oauth-authorization-server")).value

    assert said["code_challenge_methods_supported"] == ["S256"]
    assert said["token_endpoint"] == "https://group.example/oauth/token"
    assert said["grant_types_supported"] == ["authorization_code", "client_credentials"]


@pytest.mark.threat("T83")
async def test_nothing_that_opens_anything_is_stored_as_it_is(visit):
    code = await visit.code()
    token = (await visit.exchange(code)).value["access_token"]
    secrets = [code, token, visit.app["client_secret"], PASSWORD, *visit.browser.cookies.values()]
    tables = "account session oauth_app oauth_code oauth_token login_try".split()

    def everything(tx):
        return [str(dict(row)) for name in tables for row in tx.all(f"select * from {name}")]

    stored = "".join(await visit.house.do(everything))

    assert [secret for secret in secrets if secret in stored] == []
