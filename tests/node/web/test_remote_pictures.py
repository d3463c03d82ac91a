"""Pictures of other nodes on our pages: copies of our own, links for visitors, a button to ask."""

from dataclasses import replace

import msgspec
import pytest

from federation import documents
from node.base.config import FilesSettings
from node.db.tx import Tx
from node.http.services import SERVICES
from node.topics.accounts.passwords import hash_password_now
from node.topics.publishing.receive import store_fetched_post
from node.topics.remote_pictures.store import RemotePicture, pictures_on, put_copy
from tests.neighbours import NOW, add_neighbour, note
from tests.node.browser import Browser
from tests.pictures import a_picture

PASSWORD = "a long walk on sunday"
THEIRS = "https://pictures.example/a.jpg"


@pytest.fixture
async def reader(house) -> Browser:
    """The browser of somebody of ours."""
    await house.person("nora", password_hash=hash_password_now(PASSWORD))
    browser = Browser(house.client)
    await browser.sign_in("nora", PASSWORD)
    return browser


@pytest.fixture
async def post_id(house) -> int:
    """A post of another node with a picture that nobody has fetched."""

    def stored(tx: Tx) -> int:
        ann = add_neighbour(tx, "ann")
        hung = documents.Attachment(kind="Image", url=THEIRS, description="Two <b>paths</b>")
        return store_fetched_post(tx, replace(note(ann), attachments=(hung,)), NOW)

    return int(await house.do(stored))


def kept(tx: Tx, post_id: int, drawn) -> RemotePicture:
    picture = pictures_on(tx, [post_id])[post_id][THEIRS]
    tx.run("update remote_picture set state = 'wanted'")
    assert put_copy(tx, picture, "ab" * 16, drawn, NOW)
    return pictures_on(tx, [post_id])[post_id][THEIRS]


@pytest.fixture
async def copy(house, post_id) -> RemotePicture:
    """A copy of that picture."""
    services = house.client.app[SERVICES]
    drawn = await services.pictures.redraw(a_picture(), "post")
    return await house.do(kept, post_id, drawn)


@pytest.mark.feature("F16")
@pytest.mark.threat("T65")
async def test_a_picture_that_is_not_here_is_offered_and_not_loaded(reader, post_id):
    shown = (await reader.open(f"/seen/posts/{post_id}")).text

    assert "<img" not in shown
    assert 'A picture from <bdi dir="ltr">pictures.example</bdi>' in shown
    assert "The other place will see that somebody here asks for it" in shown


@pytest.mark.feature("F16", "A07")
@pytest.mark.threat("T65")
async def test_a_copy_is_shown_in_the_place_of_the_picture(reader, post_id, copy):
    shown = (await reader.open(f"/seen/posts/{post_id}")).text

    assert f'<img src="{copy.small_path}" alt="Two &lt;b&gt;paths&lt;/b&gt;" width="427"' in shown
    assert "Show this picture" not in shown


@pytest.mark.feature("A07")
async def test_a_browser_that_saves_data_is_given_a_link(reader, post_id, copy):
    shown = (await reader.open(f"/seen/posts/{post_id}", headers={"Save-Data": "on"})).text

    assert "<img" not in shown
    assert f'<a href="{copy.path}">Picture: ' in shown


@pytest.mark.feature("F16")
async def test_where_no_copies_are_kept_none_is_offered(house, reader, post_id):
    services = house.client.app[SERVICES]
    config = msgspec.structs.replace(services.config, files=FilesSettings(remote_megabytes=0))
    object.__setattr__(services, "config", config)

    page_shown = (await reader.open(f"/seen/posts/{post_id}")).text

    assert "Show this picture" not in page_shown
    assert "pictures.example" in page_shown


@pytest.mark.feature("F16")
async def test_who_presses_has_it_fetched(house, reader, post_id):
    shown = await reader.open(f"/seen/posts/{post_id}")
    form = {"token": shown.fields["token"], "next": "/", "post": str(post_id), "number": "0"}

    reply = await reader.send("/show-picture", form)

    (row,) = await house.do(lambda tx: tx.all("select state, next_at from remote_picture"))
    assert (reply.status, row["state"], row["next_at"]) == (303, "wanted", NOW)
    assert "It is on its way" in (await reader.open(f"/seen/posts/{post_id}")).text


@pytest.mark.threat("T66")
@pytest.mark.parametrize("who", ["a visitor", "a form from elsewhere", "no such picture"])
async def test_nobody_else_has_anything_fetched(house, visitor, reader, post_id, who):
    shown = await reader.open(f"/seen/posts/{post_id}")
    number = "1" if who == "no such picture" else "0"
    form = {"token": shown.fields["token"], "next": "/", "post": str(post_id), "number": number}
    headers = {"Origin": "https://evil.example"} if who == "a form from elsewhere" else {}

    browser = visitor if who == "a visitor" else reader
    await browser.send("/show-picture", form, headers=headers)

    rows = await house.do(lambda tx: tx.all("select state from remote_picture"))
    assert [row["state"] for row in rows] == ["new"]
