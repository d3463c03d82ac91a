"""Pictures are given to whoever may see what they hang on; to others they look as if absent."""

import asyncio
import itertools
import random
import re
from urllib.parse import quote

import pytest

from federation.signatures import sign_request
from node.base.errors import Invalid
from node.base.ids import new_id
from node.files_at_rest import clear_away
from node.http.file_links import FIELD, GOOD_S_MAX, PURPOSE, STEP_S, link_for, path_of
from node.http.services import SERVICES
from node.pictures.forms import Picture
from node.topics.accounts.sign_in import COOKIE
from node.topics.accounts.store import add_session
from node.topics.accounts.suspension import suspend, unsuspend
from node.topics.actors.keys import node_secret
from node.topics.actors.store import actor_by_id
from node.topics.communities.store import put_role
from node.topics.files.actions import Said, drop_own, keep_file, new_file
from node.topics.files.faces import show_picture
from node.topics.members.actions import Founding, follow, found_community, unfollow
from node.topics.members.blocks import block
from node.topics.members.store import Follow, put_follow
from node.topics.moderation.changes import Change, hide_post
from node.topics.moderation.waiting import put_first_posts_wait
from node.topics.permissions.rules import Role
from node.topics.portability.deletion import delete_account
from node.topics.posts.store import post_by_id
from node.topics.publishing.actions import delete, publish
from node.topics.publishing.drafts import Draft
from tests.neighbours import KEYS, NOW, ORIGIN
from tests.node.documents.test_private_documents import HILL, add_keyed
from tests.peers.stub import key_of

WORDS = b"zq-the-bytes-of-a-picture"
ROOM = 10**9
FULL_WIDTH_ONE, WIDE_DOTS, WIDE_SLASH = "\uff11", quote("\uff0e" * 2), quote("\uff0f")
OTHER_EACH_TIME = ("Date", "X-Request-Id", "X-RateLimit-Remaining", "Content-Length")
"""A page of somebody who is signed in has words in it that are made anew, which are compressed."""

ASKED = re.compile(r'name="token" value="[^"]*"|(/|%2F)files[^"<]*')
"""What a page says of what was asked for, which is another each time."""

NEVER = f"{ORIGIN}/files/{'0' * 32}.jpg"


async def picture_of(house, owner, use="post"):
    """A picture that somebody sent, with its bytes; not noted yet."""
    made = Picture(WORDS, "image/jpeg", WORDS + b"-small", "image/jpeg", 4, 3, "LEHV6nWB2yk8")
    file = new_file(owner.id, use, made, Said(), ORIGIN, NOW)
    blobs = house.client.app[SERVICES].blobs
    blobs.put(file.key, made.whole)
    blobs.put(f"{file.key}-small", made.small)
    return file


async def sent(house, owner):
    """A picture that somebody sent and that hangs on nothing."""
    file = await picture_of(house, owner)
    await house.do(keep_file, file, ROOM)
    return file


async def posted(house, author, visibility="public", text="Look"):
    """A picture on a post."""
    file = await sent(house, author)
    draft = Draft(text=text, visibility=visibility, file_ids=(file.id,))
    return file, await house.do(publish, author, draft, NOW)


async def asked(house, url, who=None, method="GET", signer=None, **headers):
    """Status, headers and bytes as somebody in a browser is answered, a node that signs, or a
    visitor."""
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    if who is not None:
        session = f"session-of-{who.actor.name}"
        await house.do(put_session, session, who.account.id)
        headers["Cookie"] = f"{COOKIE}={session}"
    if signer is not None:
        headers |= sign_request("GET", url, None, key_of(signer.iri), NOW)
    path = url.removeprefix(ORIGIN)
    async with house.client.request(method, path, headers=headers) as reply:
        said = {k: v for k, v in reply.headers.items() if k not in OTHER_EACH_TIME}
        words = ASKED.sub("", (await reply.read()).decode())
        return reply.status, said, words.encode()


def bring_in(tx, group, person, now):
    put_role(tx, group.id, person.id, Role.MEMBER, now)
    put_follow(tx, Follow(new_id(now), person.id, group.id, f"{person.iri}/f", "accepted", now))


def put_session(tx, session, account_id):
    tx.run("delete from session where account_id = :id", id=account_id)
    add_session(tx, session, account_id, "csrf", NOW, NOW + 9_000)


async def is_shown(house, file, who=None, **options):
    """Whether somebody is given a picture and its small one; the two are never told apart."""
    whole = await asked(house, file.url, who, **options)
    small = await asked(house, file.small_url, who, **options)
    assert (whole[0], small[0]) in ((200, 200), (404, 404))
    assert (whole[2] == WORDS) == (whole[0] == 200)
    return whole[0] == 200


async def is_as_absent(house, file, who=None, **options):
    """Whether it is answered as what never was: to the byte, and in all that is said around it."""
    never = await asked(house, NEVER, who, **options)
    return await asked(house, file.url, who, **options) == never and never[0] == 404


async def community(house, organiser, door, **wishes):
    founding = Founding(origin=ORIGIN, name="hollow", title="Hollow", visibility=door, **wishes)
    return await house.do(found_community, founding, organiser.actor, KEYS, NOW)


@pytest.mark.feature("V01")
@pytest.mark.threat("T62", "T65")
async def test_a_picture_for_everybody_is_given_in_a_form_in_which_nothing_runs(house, rosa):
    file, _ = await posted(house, rosa.actor)

    status, said, body = await asked(house, file.url)

    assert (status, body) == (200, WORDS)
    assert said["Content-Type"] == "image/jpeg"
    assert said["X-Content-Type-Options"] == "nosniff"
    assert said["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert said["Content-Disposition"] == "inline"
    assert said["Referrer-Policy"] == "no-referrer"
    assert said["Cache-Control"] == "public, max-age=3600"
    assert said["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in said


@pytest.mark.threat("T55", "T69")
async def test_a_picture_for_some_is_kept_by_no_cache_and_shown_on_no_page_of_others(house, rosa):
    file, _ = await posted(house, rosa.actor, "followers")

    status, said, _ = await asked(house, file.url, rosa)

    assert (status, said["Cache-Control"]) == (200, "private, no-store")
    assert said["Vary"] == "Accept, Cookie, Signature, Signature-Input"
    assert said["Cross-Origin-Resource-Policy"] == "same-origin"
    assert said["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "Access-Control-Allow-Origin" not in said
    assert "Set-Cookie" not in said


@pytest.mark.threat("T62")
@pytest.mark.parametrize(
    "accept",
    [
        "application/activity+json",
        'application/ld+json; profile="https://www.w3.org/ns/activitystreams"',
        "application/json",
        "text/html",
        "image/svg+xml",
    ],
)
async def test_a_picture_is_a_picture_whatever_is_asked_for(house, rosa, accept):
    file, _ = await posted(house, rosa.actor)

    assert (await asked(house, file.url, Accept=accept))[1]["Content-Type"] == "image/jpeg"


@pytest.mark.feature("V01")
async def test_parts_and_heads_of_pictures_can_be_asked_for(house, rosa):
    file, _ = await posted(house, rosa.actor)

    assert (await asked(house, file.url, method="HEAD"))[::2] == (200, b"")
    assert (await asked(house, file.url, Range="bytes=0-3"))[::2] == (200, WORDS)
    assert (await asked(house, file.url, If_None_Match="*"))[::2] == (200, WORDS)
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert (await asked(house, file.url, method=method))[0] == 405


@pytest.mark.threat("T69", "T94")
@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_what_is_hidden_is_answered_as_what_never_was(house, rosa, tilda, method):
    file, _ = await posted(house, rosa.actor, "followers")
    for headers in ({}, {"Range": "bytes=0-3"}, {"Accept": "application/activity+json"}):
        for who in (None, tilda):
            assert await is_as_absent(house, file, who, method=method, **headers)


@pytest.mark.threat("T69", "T94")
async def test_a_node_that_signs_and_has_no_member_is_answered_as_if_there_were_nothing(
    house, rosa
):
    hilda = await house.do(add_keyed, "hilda", HILL)
    file, _ = await posted(house, rosa.actor, "followers")
    shown, _ = await posted(house, rosa.actor)

    assert await is_shown(house, shown)
    there = await asked(house, file.url, signer=hilda)
    assert there == await asked(house, NEVER, signer=hilda)
    assert there[0] == 404


@pytest.mark.threat("T69", "T88")
@pytest.mark.parametrize(
    ("door", "for_others", "for_visitors"),
    [
        ("public", True, True),
        ("node", True, False),
        ("closed", False, False),
        ("hidden", False, False),
    ],
)
async def test_a_picture_in_a_community_is_for_whoever_may_read_there(
    house, rosa, tilda, door, for_others, for_visitors
):
    member, left = await house.person("mona"), await house.person("xena")
    group = await community(house, rosa, door)
    for one in (member, left):
        await house.do(bring_in, group, one.actor, NOW)
    file, _ = await posted(house, rosa.actor, text="@hollow Look")
    await house.do(unfollow, left.actor, group, NOW)

    assert await is_shown(house, file, rosa)
    assert await is_shown(house, file, member)
    for one in (tilda, left):
        assert await is_shown(house, file, one) == for_others
    assert await is_shown(house, file) == for_visitors


@pytest.mark.threat("T69", "T88")
async def test_a_picture_for_followers_is_for_followers_while_they_follow(house, rosa, tilda):
    file, _ = await posted(house, rosa.actor, "followers")
    await house.do(follow, tilda.actor, rosa.actor, NOW)
    late, _ = await posted(house, rosa.actor, "followers")

    assert await is_shown(house, late, tilda)
    await house.do(unfollow, tilda.actor, rosa.actor, NOW)
    assert await is_as_absent(house, late, tilda)
    assert await is_as_absent(house, file)


@pytest.mark.threat("T69", "T88")
async def test_a_picture_to_one_person_is_for_two(house, rosa, tilda):
    other = await house.person("mona")
    file, _ = await posted(house, rosa.actor, "direct", "@tilda Look")

    assert await is_shown(house, file, rosa)
    assert await is_shown(house, file, tilda)
    assert await is_as_absent(house, file, other)


@pytest.mark.threat("T69", "T85")
async def test_whoever_is_blocked_by_its_author_is_given_no_picture(house, rosa, tilda):
    file, _ = await posted(house, rosa.actor)
    await house.do(block, rosa.actor, tilda.actor, NOW)

    assert not await is_shown(house, file, tilda)


@pytest.mark.threat("T68", "T69")
async def test_a_picture_that_hangs_on_nothing_is_for_whoever_sent_it(house, rosa, tilda):
    file = await sent(house, rosa.actor)

    assert await is_shown(house, file, rosa)
    assert await is_as_absent(house, file, tilda)
    assert await is_as_absent(house, file)


@pytest.mark.threat("T68", "T69")
async def test_a_picture_of_what_was_removed_is_for_its_author_and_stays_there(house, rosa, tilda):
    group = await community(house, rosa, "public", posting="anyone")
    file, post_id = await posted(house, tilda.actor, text="@hollow Look")
    await house.do(remove, rosa.actor, group, post_id)

    await clear_away(house.db, house.client.app[SERVICES].blobs, house.clock)

    assert await is_shown(house, file, tilda)
    assert await is_as_absent(house, file)
    assert await is_as_absent(house, file, await house.person("mona"))


def remove(tx, me, group, post_id):
    iri = f"{me.iri}/removals/1"
    change = Change(group=group, by_iri=me.iri, activity_iri=iri, now=NOW)
    assert hide_post(tx, change, post_by_id(tx, post_id))


@pytest.mark.threat("T68", "T69")
async def test_a_picture_that_waits_for_a_look_is_for_its_author_and_for_those_who_look(
    house, rosa, tilda
):
    group = await community(house, rosa, "public")
    await house.do(put_role, group.id, tilda.actor.id, Role.MEMBER, NOW)
    await house.do(put_first_posts_wait, group, NOW - 10)
    file, _ = await posted(house, tilda.actor, text="@hollow Look")
    other = await house.person("mona")
    await house.do(put_role, group.id, other.actor.id, Role.MEMBER, NOW)

    await clear_away(house.db, house.client.app[SERVICES].blobs, house.clock)

    assert await is_shown(house, file, tilda)
    assert await is_shown(house, file, rosa)
    assert await is_as_absent(house, file, other)
    assert await is_as_absent(house, file)


@pytest.mark.threat("T68")
async def test_a_picture_of_what_was_deleted_is_for_nobody_and_gone_at_the_next_clearing(
    house, rosa
):
    file, post_id = await posted(house, rosa.actor)
    await house.do(delete, rosa.actor, post_id, NOW)

    assert await is_as_absent(house, file, rosa)
    assert await is_as_absent(house, file)
    blobs = house.client.app[SERVICES].blobs
    await clear_away(house.db, blobs, house.clock)
    assert set(blobs.names()) == set()


@pytest.mark.threat("T68")
async def test_what_was_sent_and_never_used_is_gone_after_a_day_and_not_before(house, rosa):
    await sent(house, rosa.actor)
    blobs = house.client.app[SERVICES].blobs

    house.clock.at = NOW + 24 * 3_600 - 1
    await clear_away(house.db, blobs, house.clock)
    assert len(set(blobs.names())) == 2
    house.clock.at += 1
    await clear_away(house.db, blobs, house.clock)
    assert set(blobs.names()) == set()


@pytest.mark.threat("T67")
async def test_each_member_has_room_for_so_much_and_gets_it_back(house, rosa, tilda):
    first = await sent(house, rosa.actor)
    second = await picture_of(house, rosa.actor)

    with pytest.raises(Invalid, match="as many pictures as there is room for"):
        await house.do(keep_file, second, 2 * first.bytes - 1)
    await house.do(keep_file, await picture_of(house, tilda.actor), first.bytes)
    await house.do(drop_own, rosa.actor, first.id, NOW)
    await house.do(keep_file, second, 2 * first.bytes - 1)


@pytest.mark.threat("T69")
async def test_a_face_is_there_while_it_is_shown_and_its_person_is(house, rosa, tilda):
    file = await picture_of(house, rosa.actor, "face")
    assert await is_as_absent(house, file)
    await house.do(show_picture, rosa.actor, file, ROOM, NOW)
    assert await is_shown(house, file)
    assert (await asked(house, file.url))[1]["Cache-Control"] == "public, max-age=3600"

    await house.do(suspend, rosa.account, NOW)
    assert await is_as_absent(house, file)
    assert await is_as_absent(house, file, tilda)
    await house.do(unsuspend, rosa.account, NOW)
    assert await is_shown(house, file)
    await house.do(delete_account, rosa.account, NOW)
    assert await is_as_absent(house, file, tilda)


@pytest.mark.threat("T69")
async def test_a_face_that_is_shown_no_more_is_for_nobody(house, rosa):
    first, second = [await picture_of(house, rosa.actor, "face") for _ in range(2)]
    me = rosa.actor
    for file in (first, second):
        await house.do(show_picture, me, file, ROOM, NOW)
        me = await house.do(actor_by_id, me.id)

    assert await is_as_absent(house, first)
    assert await is_shown(house, second)


@pytest.mark.threat("T69")
async def test_pictures_of_somebody_suspended_are_for_nobody(house, rosa, tilda):
    file, _ = await posted(house, rosa.actor)
    await house.do(suspend, rosa.account, NOW)

    assert await is_as_absent(house, file)
    assert await is_as_absent(house, file, tilda)


@pytest.fixture
async def linked(house, rosa, tilda):
    """A picture for followers, and how to make addresses of it for a reader and a time."""
    await house.do(follow, tilda.actor, rosa.actor, NOW)
    file, _ = await posted(house, rosa.actor, "followers")
    secret = await house.db.read(node_secret, PURPOSE)

    def link(reader=tilda.actor.id, now=NOW, url=file.url):
        return link_for(secret, url, reader, now)

    return file, link


async def status_of(house, url):
    return (await asked(house, url))[0]


@pytest.mark.threat("T69")
async def test_an_address_for_an_app_is_good_for_its_reader_for_ten_minutes(house, linked):
    file, link = linked

    assert (await asked(house, link()))[::2] == (200, WORDS)
    assert (await asked(house, link()))[1]["Cache-Control"] == "private, no-store"
    assert (await asked(house, link(url=file.small_url)))[0] == 200
    url, ends = link(), NOW // STEP_S * STEP_S + GOOD_S_MAX
    assert ends - NOW <= GOOD_S_MAX
    house.clock.at = ends
    assert await status_of(house, url) == 200
    house.clock.at = ends + 1
    assert await status_of(house, url) == 404


@pytest.mark.threat("T69")
async def test_an_address_that_was_changed_in_any_way_is_good_for_nothing(house, rosa, linked):
    _, link = linked
    url, sep, said = link().partition(f"{FIELD}=")
    reader, until, mac = said.split(".")
    changed = [
        f"{rosa.actor.id}.{until}.{mac}",
        f"{reader}.{int(until) + 1}.{mac}",
        f"{reader}.{int(until) - 300}.{mac}",
        f"{reader}.{NOW * 2}.{mac}",
        f"{reader}.{until}.{mac[:-1]}",
        f"{reader}.{until}.{mac}0",
        f"{reader}.{until}.{mac.upper()}",
        f"{reader}.{until}.",
        f"{reader}.{until}",
        f"{reader}..{mac}",
        f".{until}.{mac}",
        f"0{reader}.{until}.{mac}"[1:] + "x",
        f"-{reader}.{until}.{mac}",
        f"{reader}.{until}.{mac}.{mac}",
        f"{quote('٣' * len(reader))}.{until}.{mac}",
        f"{reader}.{quote(FULL_WIDTH_ONE + until[1:])}.{mac}",
        f"{reader}.{until}.{quote('é')}{mac[1:]}",
        "9" * 5_000,
        "",
    ]
    never = await asked(house, NEVER)
    for one in changed:
        assert await asked(house, url + sep + quote(one, safe=".%-")) == never, one
    assert await status_of(house, f"{url}{sep}{said}&{FIELD}=x") == 200
    assert await status_of(house, f"{url}{FIELD}=x&{FIELD}={said}") == 404
    assert await status_of(house, link(reader=10**18)) == 404


@pytest.mark.threat("T69")
async def test_an_address_of_one_picture_opens_no_other(house, rosa, linked):
    file, link = linked
    other, _ = await posted(house, rosa.actor, "followers")
    words = link().partition("?")[2]

    assert await status_of(house, f"{other.url}?{words}") == 404
    assert await status_of(house, f"{file.small_url}?{words}") == 404
    assert path_of(file.url) == file.url.removeprefix(ORIGIN)


@pytest.mark.threat("T69")
async def test_an_address_from_another_time_is_good_for_nothing(house, linked):
    _, link = linked
    assert await status_of(house, link(now=NOW - 2 * GOOD_S_MAX)) == 404
    assert await status_of(house, link(now=NOW + 2 * GOOD_S_MAX)) == 404


@pytest.mark.threat("T69")
@pytest.mark.parametrize("how", ["suspended", "left", "blocked", "follows no more"])
async def test_who_may_see_is_asked_each_time_that_an_address_is_used(
    house, rosa, tilda, linked, how
):
    _, link = linked
    assert await status_of(house, link()) == 200

    if how == "suspended":
        await house.do(suspend, tilda.account, NOW)
    elif how == "left":
        await house.do(delete_account, tilda.account, NOW)
    elif how == "blocked":
        await house.do(block, rosa.actor, tilda.actor, NOW)
    else:
        await house.do(unfollow, tilda.actor, rosa.actor, NOW)

    there, never = await asked(house, link()), await asked(house, NEVER)
    assert there == never


@pytest.mark.threat("T54")
@pytest.mark.timeout(300)
async def test_ten_thousand_spellings_of_other_paths_are_answered_with_404_and_reach_no_store(
    house, rosa, monkeypatch
):
    file, _ = await posted(house, rosa.actor)
    asked_for = []
    blobs = house.client.app[SERVICES].blobs
    get = blobs.get
    monkeypatch.setattr(blobs, "get", lambda name: asked_for.append(name) or get(name))
    spellings = random.Random(7).sample(sorted(set(traversals(file.key))), 10_000)
    reader, writer = await asyncio.open_connection(house.client.host, house.client.port)

    for one in spellings:
        house.clock.at += 10  # limits on how often somebody asks have tests of their own
        writer.write(f"GET /files/{one} HTTP/1.1\r\nHost: group.example\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.partition(b"Content-Length: ")[2].split()[0])
        assert head.split()[1] in (b"400", b"404"), one
        assert WORDS not in await reader.readexactly(length)
        if head.split()[1] == b"400" and b"close" in head:
            writer.close()
            reader, writer = await asyncio.open_connection(house.client.host, house.client.port)
    writer.close()
    assert asked_for == []


def traversals(key):
    """Ways out of a folder, before and behind the name of a file, in many spellings."""
    dots = (
        "..",
        "%2e%2e",
        ".%2e",
        "%252e%252e",
        "..;",
        "%c0%ae%c0%ae",
        WIDE_DOTS,
        "....",
    )
    slashes = (
        "/",
        "%2f",
        "%5c",
        "\\",
        "%252f",
        "//",
        "%c0%af",
        "/./",
        "%2F%2F",
        WIDE_SLASH,
    )
    ends = ("etc/passwd", f"{key}.jpg", f"{key[:2]}/{key}", "hedgerow.toml", "store.db", "")
    behind = ("", "%00", "%00.jpg", ".jpg", "?", "%0a", ".", "%20", ";.jpg", "#")
    yield from (f"{key}{one}" for one in ("", ".png", ".JPG", ".jpeg", ".jpg.", ".jpg%00"))
    yield from (f"{key.upper()}.jpg", f"{key}-SMALL.jpg", f"{key}-small-small.jpg", f"{key}.part")
    for times in range(1, 6):
        for dot, slash, end, tail in itertools.product(dots, slashes, ends, behind):
            yield f"{(dot + slash) * times}{end}{tail}"
            yield f"{key}{slash}{(dot + slash) * times}{end}{tail}"
