"""Who goes by a handle: both hosts say so, and search, look-up, mention and display are one."""

import json
from dataclasses import dataclass, field, replace
from typing import Any, cast
from urllib.parse import quote

import pytest

from federation.errors import FetchFailed
from federation.gate import Budget, Gate
from federation.responses import Fetched, document_in
from node.arrivals.fetch_tasks import add_task, take_task
from node.base.config import Config, NodeSettings
from node.inbox.fetch import Fetcher
from node.inbox.fetch_worker import FetchWorker
from node.inbox.resolve import HomeResolver
from node.topics.actors.activities import store_actor
from node.topics.actors.handles import actor_named, forget_other_handles, put_found_by
from node.topics.actors.store import actor_by_iri
from tests.neighbours import NOW, ORIGIN, actor_document, add_neighbour
from tests.peers.stub import ACTIVITY, PeerGate, person_document

SAM = "https://social.group-b.example/people/sam"
RIGHT, AT_HOME = "sam@group-b.example", "sam@social.group-b.example"


@dataclass
class Web(PeerGate):
    """Other servers, with what they serve that is no document: answers by their address."""

    pages: dict[str, tuple[str, bytes, dict[str, str]]] = field(default_factory=dict)
    is_development: bool = False

    def put_jrd(self, at: str, subject: str, *iris: str, asked: str = "") -> None:
        """`at` answers that a handle is `subject`'s and leads to those actors."""
        links = [{"rel": "self", "type": ACTIVITY, "href": iri} for iri in iris]
        body = json.dumps({"subject": f"acct:{subject}", "links": links}).encode()
        resource = quote(f"acct:{asked or subject}", safe="@:")
        url = at if "://" in at else f"https://{at}/.well-known/webfinger?resource={resource}"
        self.pages[url] = ("application/jrd+json", body, {})

    async def fetch(self, url: str, *, budget: Budget, **_: Any) -> Fetched:
        budget.spend(url)
        self.asked.append(url)
        if url not in self.pages:
            raise FetchFailed("status", 404)
        media_type, body, headers = self.pages[url]
        return Fetched(url, 200, media_type, body, headers)

    async def fetch_document(self, iri: str, key: Any = None, budget: Any = None) -> Any:
        if iri in self.pages:
            return document_in(await self.fetch(iri, budget=budget))
        return await super().fetch_document(iri, key, budget)


@pytest.fixture
def servers() -> Web:
    """sam lives at social.group-b.example, and group-b.example knows him."""
    made = Web({SAM: person_document("sam", "https://social.group-b.example")})
    made.put_jrd("group-b.example", RIGHT, SAM)
    made.put_jrd("social.group-b.example", RIGHT, SAM, asked=AT_HOME)
    made.put_jrd("group-b.example", RIGHT, SAM, asked="SAM@group-b.example")
    return made


@pytest.fixture
def fetcher(house, servers):
    return Fetcher(house.db, cast(Gate, servers), house.clock)


@pytest.fixture
def find(house, fetcher):
    """Look somebody up, with the real resolver behind the node's client API."""
    config = Config(node=NodeSettings(url=ORIGIN))
    resolver = HomeResolver(config, house.db, fetcher, house.clock)

    async def found(query: str) -> str | None:
        house.resolver.known[query] = await resolver.resolve(query)
        actor_id = house.resolver.known[query].actor_id
        row = await house.db.read(
            lambda tx: tx.one("select * from actor where id = :i", i=actor_id)
        )
        return str(row["handle"]) if row else None

    return found


@pytest.mark.threat("T71")
@pytest.mark.parametrize(
    "typed", [f"@{RIGHT}", RIGHT, AT_HOME, f"acct:{RIGHT}", "SAM@Group-B.Example"]
)
async def test_a_handle_on_another_domain_is_the_one_that_both_hosts_say(find, typed):
    assert await find(typed) == RIGHT


async def test_it_is_one_handle_for_search_look_up_mention_and_display(find, rosa):
    await find(f"@{RIGHT}")

    searched = await rosa.get("/api/v2/search", params={"q": f"@{RIGHT}", "resolve": "1"})
    looked_up = await rosa.get(f"/api/v1/accounts/lookup?acct={RIGHT}")
    said = await rosa.say(f"hello @{RIGHT}")

    assert [one["acct"] for one in searched.value["accounts"]] == [RIGHT]
    assert looked_up.value["acct"] == RIGHT
    assert [one["acct"] for one in said["mentions"]] == [RIGHT]
    assert f'href="{SAM}"' in said["content"]


async def test_who_is_asked_for_by_their_other_handle_is_named_by_it_too(find, house, rosa):
    await find(AT_HOME)

    said = await rosa.say(f"hello @{AT_HOME}")

    assert [one["acct"] for one in said["mentions"]] == [RIGHT]


@pytest.mark.threat("T71")
async def test_a_host_gives_nobody_elsewhere_a_handle_that_they_do_not_bear_out(find, servers):
    servers.put_jrd("liar.example", "sam@liar.example", SAM)

    assert await find("sam@liar.example") == RIGHT


@pytest.mark.threat("T71")
async def test_a_handle_on_another_domain_that_names_somebody_else_is_not_believed(find, servers):
    servers.put_jrd("group-b.example", RIGHT, "https://social.group-b.example/people/other")

    assert await find(AT_HOME) is None


@pytest.mark.threat("T71")
async def test_a_handle_leads_to_nobody_of_another_name(find, servers):
    servers.put_jrd("liar.example", "king@liar.example", SAM)

    assert await find("king@liar.example") is None


@pytest.mark.threat("T71")
async def test_where_the_other_host_does_not_agree_the_host_of_the_id_is_shown(find, servers):
    servers.put_jrd("social.group-b.example", AT_HOME, SAM)
    servers.put_jrd("group-b.example", RIGHT, "https://social.group-b.example/people/other")

    assert await find(AT_HOME) == AT_HOME
    assert await find(RIGHT) is None


async def test_an_alias_leads_to_whoever_goes_by_another_handle(find, servers, rosa):
    shan = "https://host.example/people/shan"
    servers.documents[shan] = person_document("shan", "https://host.example")
    servers.put_jrd("own.example", "shan@host.example", shan, asked="scott@own.example")
    servers.put_jrd("host.example", "shan@host.example", shan)

    assert await find("@scott@own.example") == "shan@host.example"
    said = await rosa.say("hello @scott@own.example")
    assert [one["acct"] for one in said["mentions"]] == ["shan@host.example"]


@pytest.mark.parametrize(
    "link",
    [
        '<Link rel="lrdd" template="https://finger.example/?q={uri}"/>',
        "<Link template='https://finger.example/?q={uri}' type='a' rel='lrdd'></Link>",
    ],
)
async def test_host_meta_says_where_webfinger_answers(find, servers, link):
    asked = "https://finger.example/?q=acct:kim@meta.example"
    kim = "https://finger.example/people/kim"
    servers.documents[kim] = person_document("kim", "https://finger.example")
    body = f'<?xml version="1.0"?><XRD>{link}</XRD>'.encode()
    servers.pages["https://meta.example/.well-known/host-meta"] = ("application/xrd+xml", body, {})
    servers.put_jrd(asked, "kim@meta.example", kim)
    servers.put_jrd("finger.example", "kim@meta.example", kim, asked="kim@finger.example")

    assert await find("kim@meta.example") == "kim@meta.example"


@pytest.mark.parametrize(
    "template", ["javascript:{uri}", "/finger?q={uri}", "https://x y/{uri}", ""]
)
async def test_a_template_that_leads_nowhere_is_not_followed(find, servers, template):
    body = f'<XRD><Link rel="lrdd" template="{template}"/></XRD>'.encode()
    servers.pages["https://meta.example/.well-known/host-meta"] = ("application/xrd+xml", body, {})

    assert await find("kim@meta.example") is None


@pytest.mark.parametrize(
    "typed", ["um@bücher.example", "um@xn--bcher-kva.example", "@UM@BÜCHER.example"]
)
async def test_a_host_in_unicode_and_in_ascii_is_one(find, servers, rosa, typed):
    um = "https://xn--bcher-kva.example/people/um"
    servers.documents[um] = person_document("um", "https://xn--bcher-kva.example")
    servers.put_jrd("xn--bcher-kva.example", "um@xn--bcher-kva.example", um)
    servers.put_jrd(
        "xn--bcher-kva.example", "um@xn--bcher-kva.example", um, asked="UM@xn--bcher-kva.example"
    )

    assert await find(typed) == "um@xn--bcher-kva.example"
    said = await rosa.say("hallo @um@bücher.example, auch @um@xn--bcher-kva.example")
    looked_up = await rosa.get("/api/v1/accounts/lookup", params={"acct": typed})
    assert [one["acct"] for one in said["mentions"]] == ["um@xn--bcher-kva.example"]
    assert said["content"].count(f'href="{um}"') == 2
    assert looked_up.value["acct"] == "um@xn--bcher-kva.example"


async def test_whoever_is_met_otherwise_is_asked_for_their_handle_in_the_background(
    house, fetcher, servers
):
    def meet(tx):
        store_actor(tx, actor_document("sam", "https://social.group-b.example"), NOW)
        return tx.one("select kind, iri, next_try_at from fetch_task")

    task = await house.db.write(meet)
    assert (task["kind"], task["iri"]) == ("handle", SAM)

    await run_tasks(house, fetcher)

    sam = await house.db.read(actor_by_iri, SAM)
    assert (sam.acct, sam.handle_confirmed_at) == (RIGHT, NOW)


async def test_a_handle_that_the_document_claims_is_asked_for_where_its_host_knows_nobody(
    house, fetcher, servers
):
    servers.pages = {url: page for url, page in servers.pages.items() if "social" not in url}
    claim = {"claimed_handle": RIGHT}

    await house.db.write(
        store_actor, actor_document("sam", "https://social.group-b.example", **claim), NOW
    )
    await run_tasks(house, fetcher)

    assert (await house.db.read(actor_by_iri, SAM)).acct == RIGHT


@pytest.mark.threat("T71")
async def test_a_handle_that_is_only_claimed_is_not_shown(house, fetcher, servers):
    mal = "https://liar.example/people/mal"
    document = actor_document("sam", "https://liar.example", claimed_handle=RIGHT)
    await house.db.write(store_actor, document, NOW)

    await run_tasks(house, fetcher)

    liar = await house.db.read(actor_by_iri, mal.replace("mal", "sam"))
    assert (liar.acct, liar.handle_confirmed_at) == ("sam@liar.example", None)


async def run_tasks(house, fetcher):
    """Do what waits in the background, for the one host there is."""
    worker = FetchWorker(house.db, fetcher, house.clock)
    found = await house.db.write(take_due)
    await worker._do(*found)


def take_due(tx):
    return take_task(tx, NOW)


async def test_a_page_leads_to_the_document_that_it_names(house, find, servers):
    page = b'<html><head><link href="/people/sam" type="application/activity+json" rel="alternate">'
    servers.pages["https://social.group-b.example/@sam"] = ("text/html; charset=utf-8", page, {})

    assert await find("https://social.group-b.example/@sam") == AT_HOME


async def test_the_header_of_a_page_leads_to_the_document_too(find, servers):
    header = {"Link": f'<{SAM}>; rel="alternate"; type="application/activity+json"'}
    servers.pages["https://blog.example/sam"] = ("text/html", b"", header)

    assert await find("https://blog.example/sam") == AT_HOME


@pytest.mark.threat("T13")
async def test_a_page_leads_one_step_and_no_further(find, servers):
    for at, to in (("a", "b"), ("b", "c")):
        header = {"Link": f'<https://{to}.example/>; rel="alternate"; type="{ACTIVITY}"'}
        servers.pages[f"https://{at}.example/"] = ("text/html", b"", header)
    servers.documents["https://c.example/"] = person_document("sam", "https://c.example")

    assert await find("https://a.example/") is None


async def test_a_post_is_found_by_the_address_of_its_create(house, fetcher, servers):
    note = {
        "id": "https://social.group-b.example/notes/1",
        "type": "Note",
        "attributedTo": SAM,
        "to": "as:Public",
        "content": "<p>Hello</p>",
    }
    create = {"id": f"{note['id']}/create", "type": "Create", "actor": SAM, "object": note}
    servers.documents[create["id"]] = create
    resolver = HomeResolver(Config(node=NodeSettings(url=ORIGIN)), house.db, fetcher, house.clock)

    found = await resolver.resolve(create["id"])

    row = await house.db.read(lambda tx: tx.one("select id from post"))
    assert found.post_id == row["id"]


def test_a_new_version_of_a_document_leaves_the_handle_and_another_name_does_not(tx):
    sam = add_neighbour(tx, "sam", "https://social.group-b.example")
    tx.run("update actor set handle = :h, handle_confirmed_at = 5", h=RIGHT)

    changed = actor_document("sam", "https://social.group-b.example", display_name="Sam S.")
    store_actor(tx, changed, NOW)
    assert actor_by_iri(tx, sam.iri).acct == RIGHT

    renamed = actor_document("sam", "https://social.group-b.example")
    store_actor(tx, replace(renamed, name="samuel"), NOW)
    assert actor_by_iri(tx, sam.iri).acct == "samuel@social.group-b.example"


@pytest.mark.threat("T71")
def test_who_is_confirmed_goes_before_whoever_only_lives_there(tx):
    add_neighbour(tx, "sam", "https://social.group-b.example")
    tx.run("update actor set handle = :h, handle_confirmed_at = 5", h=RIGHT)
    add_neighbour(tx, "sam", "https://group-b.example")

    assert actor_named(tx, f"@{RIGHT}", "group.example").iri == SAM


def test_other_handles_are_asked_for_anew_after_a_month(tx):
    add_neighbour(tx, "sam", "https://social.group-b.example")
    put_found_by(tx, SAM, "scott@own.example", NOW)
    assert actor_named(tx, "@scott@own.example", "group.example").iri == SAM

    assert forget_other_handles(tx, NOW + 29 * 24 * 3_600) == 0
    assert forget_other_handles(tx, NOW + 31 * 24 * 3_600) == 1
    assert actor_named(tx, "@scott@own.example", "group.example") is None


def test_at_most_twenty_questions_for_handles_wait_for_a_host(tx):
    for number in range(30):
        add_neighbour(tx, f"n{number}")
    add_task(tx, "answers", "https://valley.example/1", NOW, again_s=0)

    rows = tx.all("select kind, count(*) as n from fetch_task group by kind order by kind")
    assert [(row["kind"], row["n"]) for row in rows] == [("answers", 1), ("handle", 20)]
