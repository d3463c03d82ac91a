"""Copies of other nodes' pictures: what is fetched, kept and shown, and what hostile hosts get."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from federation import documents
from federation.gate import Gate
from node.base.config import FilesSettings
from node.base.ids import new_id
from node.db.blobs import MemoryBlobs
from node.db.tx import Tx
from node.http.file_links import PURPOSE, link_for
from node.http.services import SERVICES
from node.inbox.remote_pictures import RemotePictures
from node.peers.rules import Policy
from node.peers.store import put_policy
from node.topics.actors.keys import node_secret
from node.topics.actors.store import Actor
from node.topics.files.garbage_collection import keys_to_clear
from node.topics.members.store import Follow, put_follow
from node.topics.posts.store import mark_post_deleted, post_by_id
from node.topics.publishing.receive import change_post, store_fetched_post
from node.topics.remote_pictures.fetching import take_picture
from node.topics.remote_pictures.garbage_collection import make_room
from node.topics.remote_pictures.rules import (
    DELAY_S_MAX,
    DELAY_S_MIN,
    FETCHED_BYTES_MAX,
    PER_HOST_AN_HOUR,
    TRIES_MAX,
    delay_s,
)
from node.web.remote_pictures import ask_for_picture
from tests.neighbours import NOW, ORIGIN, add_neighbour, note
from tests.node.house import House
from tests.pictures import a_picture, opened

pytestmark = pytest.mark.timeout(60)
LANDSCAPE = a_picture(size=(640, 480), exif=b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x00")
HUGE = a_picture("PNG", (8_200, 5_000), "L", compress_level=1)


@dataclass
class Elsewhere:
    """Another node's pictures on loopback: what is served at each path, and who asked."""

    origin: str = ""
    answers: dict[str, Callable[[], web.StreamResponse]] = field(default_factory=dict)
    asked: list[web.BaseRequest] = field(default_factory=list)
    waits_for: asyncio.Barrier | None = None

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        if self.waits_for is not None:
            await self.waits_for.wait()
        made = self.answers.get(request.path)
        return made() if made else picture_reply(LANDSCAPE)


def picture_reply(body: bytes, media_type: str = "image/jpeg") -> web.StreamResponse:
    return web.Response(body=body, content_type=media_type)


@pytest.fixture
async def elsewhere() -> AsyncIterator[Elsewhere]:
    served = Elsewhere()
    app = web.Application()
    app.router.add_get("/{rest:.*}", served.answer)
    async with TestServer(app) as server:
        served.origin = f"http://127.0.0.1:{server.port}"
        yield served


@pytest.fixture
async def stranger() -> AsyncIterator[Elsewhere]:
    served = Elsewhere()
    app = web.Application()
    app.router.add_get("/{rest:.*}", served.answer)
    async with TestServer(app, host="127.0.0.2") as server:
        served.origin = f"http://127.0.0.2:{server.port}"
        yield served


@dataclass
class Scene:
    """The house, where rosa follows ann of elsewhere; and what copies pictures there."""

    house: House
    rosa: Actor
    ann: Actor
    copies: RemotePictures
    blobs: MemoryBlobs

    async def received(self, *urls: str, **changes) -> int:
        """A post of ann's with pictures at these addresses; its id."""
        hung = tuple(documents.Attachment(kind="Image", url=url) for url in urls)
        document = replace(note(self.ann, str(urls)), attachments=hung, **changes)
        return int(await self.house.do(store_fetched_post, document, NOW))

    async def worked(self, turns: int = 1) -> None:
        """The copier has done what is due, so many times."""
        for _ in range(turns):
            async with asyncio.TaskGroup() as lanes:
                await self.copies.turn(lanes)

    async def rows(self) -> list:
        return await self.house.do(lambda tx: tx.all("select * from remote_picture order by url"))

    async def states(self) -> list[str]:
        return [row["state"] for row in await self.rows()]


def befriended(tx: Tx, me: Actor, origin: str, name: str = "ann") -> Actor:
    them = add_neighbour(tx, name, origin)
    iri = f"{me.iri}/follows/{name}"
    put_follow(tx, Follow(new_id(NOW), me.id, them.id, iri, "accepted", NOW))
    return them


@pytest.fixture
async def scene(house, rosa, elsewhere) -> AsyncIterator[Scene]:
    ann = await house.do(befriended, rosa.actor, elsewhere.origin)
    gate = Gate(now=house.clock.now, user_agent="test", development=True, fetch_s_max=3.0)
    blobs = house.client.app[SERVICES].blobs
    copies = RemotePictures(house.db, gate, blobs, house.clock, FilesSettings())
    yield Scene(house, rosa.actor, ann, copies, blobs)
    await gate.close()


async def at(scene: Scene, **settings) -> RemotePictures:
    """The copier of a node with other settings."""
    old = scene.copies
    scene.copies = RemotePictures(
        scene.house.db, old._gate, scene.blobs, scene.house.clock, FilesSettings(**settings)
    )
    return scene.copies


@pytest.mark.feature("F16", "A07")
@pytest.mark.threat("T63", "T65")
async def test_a_picture_of_a_neighbour_is_drawn_anew_and_kept_here(scene, elsewhere):
    await scene.received(f"{elsewhere.origin}/a.jpg")

    await scene.worked()

    (row,) = await scene.rows()
    kept = scene.blobs.get(row["key"])
    assert row["state"] == "kept"
    assert kept != LANDSCAPE
    assert opened(kept).size == (640, 480)
    assert not opened(kept).getexif()


@pytest.mark.threat("T65", "T93")
async def test_who_looks_makes_nothing_be_asked_elsewhere(scene, elsewhere, rosa):
    post_id = await scene.received(f"{elsewhere.origin}/a.jpg")

    for _ in range(3):
        await rosa.get(f"/api/v1/statuses/{post_id}")
    await rosa.ask("GET", "/copies/" + "0" * 32 + ".jpg")

    assert elsewhere.asked == []
    assert await scene.states() == ["new"]


@pytest.mark.threat("T65", "T93")
async def test_pictures_are_fetched_a_random_while_after_their_post_came(scene):
    scene.copies._ahead_s = 0
    origin = scene.ann.iri.partition("/people")[0]
    for number in range(12):
        await scene.received(f"{origin}/{number}.jpg")
    await scene.worked()

    due = [row["next_at"] - NOW for row in await scene.rows()]

    assert len(set(due)) > 3
    assert [one for one in due if not DELAY_S_MIN <= one <= DELAY_S_MAX] == []
    assert (delay_s(0.0), delay_s(0.999999)) == (DELAY_S_MIN, DELAY_S_MAX - 1)


@pytest.mark.threat("T65")
async def test_what_is_for_everybody_is_asked_for_by_nobody(scene, elsewhere):
    await scene.received(f"{elsewhere.origin}/a.jpg")

    await scene.worked()

    (request,) = elsewhere.asked
    assert not {"Signature", "Cookie", "Referer", "Accept-Language"} & set(request.headers)


@pytest.mark.feature("F13", "V01")
@pytest.mark.threat("T88")
async def test_what_is_for_followers_is_asked_for_by_a_follower(scene, elsewhere):
    followers = f"{scene.ann.iri}/followers"
    await scene.received(f"{elsewhere.origin}/a.jpg", to=(followers,), cc=())

    await scene.worked()

    (request,) = elsewhere.asked
    assert f'keyId="{scene.rosa.iri}#main-key"' in request.headers["Signature"]


@pytest.mark.threat("T65", "T67")
async def test_of_sixteen_hosts_those_that_nobody_here_knows_are_not_asked(scene, elsewhere):
    strangers = [f"http://127.0.0.{number}:9/a.jpg" for number in range(2, 17)]
    post_id = await scene.received(f"{elsewhere.origin}/a.jpg", *strangers)

    await scene.worked()

    assert [(row["url"], row["state"]) for row in await scene.rows()] == [
        (f"{elsewhere.origin}/a.jpg", "kept")
    ]
    assert post_id


@pytest.mark.feature("F16")
@pytest.mark.threat("T65")
async def test_a_member_who_presses_has_a_strangers_picture_fetched(scene, stranger):
    post_id = await scene.received(f"{stranger.origin}/a.jpg")
    await scene.worked()
    assert stranger.asked == []

    await scene.house.do(ask_for_picture, scene.rosa, post_id, 0, NOW)
    await scene.worked()

    assert await scene.states() == ["kept"]


@pytest.mark.threat("T67")
async def test_the_same_address_a_thousand_times_is_asked_for_once(scene, elsewhere):
    for number in range(1_000):
        hung = (documents.Attachment(kind="Image", url=f"{elsewhere.origin}/a.jpg"),)
        document = replace(note(scene.ann, f"number {number}"), attachments=hung)
        await scene.house.do(store_fetched_post, document, NOW)

    await scene.worked(5)

    assert len(elsewhere.asked) == 1
    assert await scene.states() == ["kept"]


@pytest.mark.threat("T66", "T67")
@pytest.mark.parametrize(
    "answer",
    [
        lambda: picture_reply(LANDSCAPE + bytes(FETCHED_BYTES_MAX)),
        lambda: picture_reply(b"<html><script>1</script>"),
        lambda: picture_reply(LANDSCAPE, "text/html"),
        lambda: picture_reply(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        lambda: picture_reply(HUGE, "image/png"),
    ],
    ids=["10 MiB and more", "a page called jpg", "a picture called a page", "svg", "41 megapixels"],
)
async def test_what_is_no_small_picture_is_given_up_at_once_and_leaves_nothing(
    scene, elsewhere, answer
):
    elsewhere.answers["/a.jpg"] = answer
    await scene.received(f"{elsewhere.origin}/a.jpg")

    await scene.worked(3)

    assert await scene.states() == ["given up"]
    assert len(elsewhere.asked) == 1
    assert list(scene.blobs.names()) == []


@pytest.mark.threat("T36", "T66")
async def test_a_redirect_inside_is_not_followed(scene, elsewhere, house):
    def inside() -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": "http://169.254.169.254/a.jpg"})

    elsewhere.answers["/a.jpg"] = inside
    await scene.received(f"{elsewhere.origin}/a.jpg")

    await scene.worked(2)

    assert await scene.states() == ["given up"]
    assert len(elsewhere.asked) == 1


@pytest.mark.threat("T67")
async def test_a_slow_host_holds_up_no_other(scene, elsewhere, stranger, house):
    both_asked = asyncio.Barrier(2)
    elsewhere.waits_for = stranger.waits_for = both_asked
    await house.do(befriended, scene.rosa, stranger.origin, "ben")
    await scene.received(f"{elsewhere.origin}/a.jpg", f"{stranger.origin}/b.jpg")

    await scene.worked()

    assert await scene.states() == ["kept", "kept"]


async def test_a_host_that_fails_is_tried_three_times(scene, elsewhere, house):
    elsewhere.answers["/a.jpg"] = lambda: web.Response(status=500)
    await scene.received(f"{elsewhere.origin}/a.jpg")

    states = []
    for _ in range(TRIES_MAX + 1):
        await scene.worked()
        states += await scene.states()
        house.clock.at += 24 * 3_600

    assert states == ["failed", "failed", "given up", "given up"]
    assert len(elsewhere.asked) == TRIES_MAX


@pytest.mark.threat("T67")
async def test_a_host_is_asked_for_so_many_pictures_an_hour_and_no_more(scene, elsewhere, house):
    await scene.received(f"{elsewhere.origin}/a.jpg")
    await scene.worked()

    def filled(tx: Tx) -> None:
        for number in range(PER_HOST_AN_HOUR):
            tx.run(
                """
                insert into remote_picture (
                    id, url, audience, audience_id, host, state, tried_at)
                select :id, :url, 'all', 0, host, 'given up', :now from remote_picture limit 1
                """,
                id=number,
                url=f"https://x.example/{number}",
                now=NOW,
            )

    await house.do(filled)
    await house.do(
        lambda tx: tx.run("update remote_picture set state = 'wanted' where state = 'kept'")
    )

    assert await house.do(take_picture, NOW, NOW + DELAY_S_MAX) is None
    assert await house.do(take_picture, NOW + 3_601, NOW + 3_601) is not None


@pytest.mark.feature("F16")
@pytest.mark.threat("T67")
async def test_over_the_budget_the_copies_looked_at_longest_ago_go(scene, elsewhere, house):
    for name in "abc":
        await scene.received(f"{elsewhere.origin}/{name}.jpg")
    await scene.worked(3)
    a, b, c = await scene.rows()

    def looked(tx: Tx) -> None:
        tx.run("update remote_picture set seen_at = seen_at + 86400 where id = :id", id=a["id"])

    await house.do(looked)
    await house.do(make_room, a["bytes"] + c["bytes"], NOW)

    assert [row["url"] for row in await scene.rows()] == [a["url"], c["url"]]
    assert await house.do(keys_to_clear) == [b["key"]]


@pytest.mark.feature("F16")
async def test_a_node_without_room_for_copies_keeps_and_fetches_none(scene, elsewhere):
    await at(scene, remote_megabytes=0)
    await scene.received(f"{elsewhere.origin}/a.jpg")

    await scene.worked(2)

    assert (elsewhere.asked, await scene.rows()) == ([], [])


@pytest.mark.feature("F16")
async def test_a_copy_that_nobody_looked_at_for_thirty_days_goes(scene, elsewhere, house):
    await scene.received(f"{elsewhere.origin}/a.jpg")
    await scene.worked()
    house.clock.at += 29 * 86_400
    await scene.copies.clear_away()
    assert await scene.states() == ["kept"]

    house.clock.at += 3 * 86_400
    await scene.copies.clear_away()

    assert await scene.rows() == []


def deleted(tx: Tx, scene: Scene, post_id: int) -> None:
    post = post_by_id(tx, post_id)
    assert post is not None
    mark_post_deleted(tx, post, NOW)


def edited(tx: Tx, scene: Scene, post_id: int) -> None:
    post = post_by_id(tx, post_id)
    assert post is not None
    document = replace(note(scene.ann, "without"), iri=post.iri, updated=NOW + 1)
    change_post(tx, document, post, scene.ann, NOW + 1)


def hidden(tx: Tx, scene: Scene, post_id: int) -> None:
    tx.run("update actor set hidden_at = :now where id = :id", now=NOW, id=scene.ann.id)


def blocked(tx: Tx, scene: Scene, post_id: int) -> None:
    put_policy(tx, scene.ann.host, Policy.BLOCKED, "", NOW)


@pytest.mark.feature("F16")
@pytest.mark.threat("T67", "T68", "T104")
@pytest.mark.parametrize("ending", [deleted, edited, hidden, blocked], ids=lambda one: one.__name__)
async def test_a_copy_goes_with_what_it_hangs_on(scene, elsewhere, house, ending):
    post_id = await scene.received(f"{elsewhere.origin}/a.jpg")
    await scene.worked()
    (row,) = await scene.rows()

    await house.do(ending, scene, post_id)
    await scene.copies.clear_away()

    assert await scene.rows() == []
    assert await house.do(keys_to_clear) == [row["key"]]


async def asked_for(house: House, path: str) -> tuple[int, str]:
    """How a request for a picture is answered: its status, and how long it may be kept."""
    async with house.client.get(path) as reply:
        return reply.status, reply.headers.get("Cache-Control", "")


@pytest.mark.threat("T66", "T69")
async def test_a_copy_is_for_members_who_may_see_its_post_and_for_nobody_else(
    scene, elsewhere, house, rosa, tilda
):
    followers = f"{scene.ann.iri}/followers"
    post_id = await scene.received(f"{elsewhere.origin}/a.jpg", to=(followers,), cc=())
    await scene.worked()
    (row,) = await scene.rows()
    bare = f"/copies/{row['key']}.jpg"
    media = (await rosa.get(f"/api/v1/statuses/{post_id}")).value["media_attachments"][0]
    link = media["preview_url"].removeprefix("https://group.example")
    nobody = house.visitor

    nothing = await nobody.ask("GET", "/copies/" + "0" * 32 + ".jpg")
    refused = await nobody.ask("GET", bare)
    shown = await asked_for(house, link)
    other = await nobody.ask("GET", link.replace("-small", ""))

    assert shown == (200, "private, no-store")
    assert (refused.status, refused.text) == (nothing.status, nothing.text) == (404, nothing.text)
    assert other.status == 404
    assert media["remote_url"] is None


@pytest.mark.threat("T66")
async def test_the_link_of_an_app_is_good_for_ten_minutes(scene, elsewhere, house, rosa):
    post_id = await scene.received(f"{elsewhere.origin}/a.jpg")
    await scene.worked()
    media = (await rosa.get(f"/api/v1/statuses/{post_id}")).value["media_attachments"][0]
    link = media["url"].removeprefix("https://group.example")
    assert (await asked_for(house, link))[0] == 200

    house.clock.at += 601

    assert (await house.visitor.ask("GET", link)).status == 404


@pytest.mark.threat("T66")
async def test_what_is_public_here_is_shown_by_no_copy_to_visitors(scene, elsewhere, house):
    await scene.received(f"{elsewhere.origin}/a.jpg")
    await scene.worked()
    (row,) = await scene.rows()

    assert (await house.visitor.ask("GET", f"/copies/{row['key']}.jpg")).status == 404


@pytest.mark.threat("T66", "T88")
async def test_who_shows_the_address_of_a_private_picture_shows_nobody_what_lies_there(
    scene, elsewhere
):
    followers = f"{scene.ann.iri}/followers"
    url = f"{elsewhere.origin}/a.jpg"
    await scene.received(url, to=(followers,), cc=())
    await scene.received(url, iri=f"{scene.ann.iri}/notes/public")

    await scene.worked(2)

    assert sorted((row["audience"], row["state"]) for row in await scene.rows()) == [
        ("all", "kept"),
        ("few", "kept"),
    ]
    assert sorted("Signature" in one.headers for one in elsewhere.asked) == [False, True]


@pytest.mark.feature("F13")
async def test_an_app_is_given_no_address_of_a_private_picture_that_is_not_here_yet(
    scene, elsewhere, rosa
):
    followers = f"{scene.ann.iri}/followers"
    post_id = await scene.received(f"{elsewhere.origin}/a.jpg", to=(followers,), cc=())

    media = (await rosa.get(f"/api/v1/statuses/{post_id}")).value["media_attachments"][0]

    assert (media["type"], media["url"], media["preview_url"]) == ("unknown", None, None)


@pytest.mark.threat("T93")
async def test_that_somebody_looked_is_known_by_the_day(scene, elsewhere, house, rosa):
    post_id = await scene.received(f"{elsewhere.origin}/a.jpg")
    await scene.worked()
    house.clock.at += 2 * 86_400 + 12_345
    media = (await rosa.get(f"/api/v1/statuses/{post_id}")).value["media_attachments"][0]

    await asked_for(house, media["url"].removeprefix("https://group.example"))

    (row,) = await scene.rows()
    assert row["seen_at"] == house.clock.now() // 86_400 * 86_400


@pytest.mark.threat("T66", "T69")
async def test_somebody_who_may_not_see_the_post_is_given_no_copy(scene, elsewhere, house, tilda):
    followers = f"{scene.ann.iri}/followers"
    await scene.received(f"{elsewhere.origin}/a.jpg", to=(followers,), cc=())
    await scene.worked()
    (row,) = await scene.rows()
    path, secret = f"/copies/{row['key']}.jpg", await house.do(node_secret, PURPOSE)

    link = link_for(secret, f"{ORIGIN}{path}", int(tilda.id), NOW).removeprefix(ORIGIN)

    assert (await asked_for(house, link))[0] == 404


@pytest.mark.threat("T93")
async def test_what_is_for_followers_is_asked_for_by_the_same_one_whoever_looks(
    scene, elsewhere, house, tilda
):
    def follows_too(tx: Tx) -> None:
        iri = f"{tilda.actor.iri}/follows/ann"
        put_follow(tx, Follow(new_id(NOW), tilda.actor.id, scene.ann.id, iri, "accepted", NOW))

    await house.do(follows_too)
    followers = f"{scene.ann.iri}/followers"
    post_id = await scene.received(f"{elsewhere.origin}/a.jpg", to=(followers,), cc=())

    await house.do(ask_for_picture, tilda.actor, post_id, 0, NOW)
    await scene.worked()

    (request,) = elsewhere.asked
    assert f'keyId="{scene.rosa.iri}#main-key"' in request.headers["Signature"]
