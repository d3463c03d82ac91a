"""Moderation in the shapes that Lemmy, Mbin, PieFed, Mobilizon, Mitra and NodeBB send, applied."""

from pathlib import Path

import pytest

from federation import documents
from federation.origin import trusted_parts
from federation.strictjson import read_json
from node.arrivals.apply_context import ApplyContext
from node.base.errors import Missing
from node.inbox.handlers import HANDLERS
from node.topics.actors.activities import store_actor
from node.topics.communities.store import put_role
from node.topics.members.actions import follow
from node.topics.members.store import accept_stored, follow_between
from node.topics.moderation.ban_store import ban_of
from node.topics.moderation.group_moderators import group_moderators
from node.topics.moderation.report_store import open_reports
from node.topics.notifications.store import notifications
from node.topics.permissions.rules import Role
from node.topics.posts.pins import pinned
from node.topics.posts.removals import hidden_post
from node.topics.posts.store import post_by_iri
from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft
from tests.neighbours import NOW, actor_document, add_group, add_person, note
from tests.node.topics.moderation.scenes import fetch_announced

WIRE = Path(__file__).parents[3] / "wire"


def wire(name):
    return trusted_parts(documents.read_activity(read_json((WIRE / f"{name}.json").read_bytes())))


def receive(tx, name, fetched=None):
    activity = wire(name)
    verbatim = read_json((WIRE / f"{name}.json").read_bytes())
    HANDLERS[type(activity)](tx, activity, ApplyContext(NOW, fetched or {}, verbatim))


def add_actor(tx, iri, **changes):
    origin, _, name = iri.rpartition("/")
    made = {
        "iri": iri,
        "url": iri,
        "inbox": f"{iri}/inbox",
        "shared_inbox": None,
        "followers": f"{iri}/followers",
    }
    return store_actor(tx, actor_document(name.lstrip("@"), origin, **(made | changes)), NOW)


HOMES = {
    "lemmy": ("https://lemmy.example/c/valley", "featured", "https://lemmy.example/u"),
    "mbin": ("https://mbin.example/m/valley", "pinned", "https://mbin.example/u"),
    "piefed": ("https://piefed.example/c/gardens", "featured", "https://piefed.example/u"),
}
POSTS = {
    "lemmy": ("https://lemmy.example/post/1", "https://lemmy.example/comment/2"),
    "mbin": ("https://mbin.example/m/valley/t/1",),
    "piefed": ("https://piefed.example/post/4",),
}
AUTHORS = {"lemmy": "otto", "mbin": "otto", "piefed": "noor"}


def settle(tx, software):
    """The community of one software, followed by ann, with its posts and people."""
    iri, featured, people = HOMES[software]
    ann = add_person(tx, "ann")
    group = add_actor(
        tx, iri, kind="Group", featured=f"{iri}/{featured}", moderators=f"{iri}/moderators"
    )
    follow(tx, ann, group, NOW)
    accept_stored(tx, follow_between(tx, ann.id, group.id).id, NOW)
    author = add_actor(tx, f"{people}/{AUTHORS[software]}")
    add_actor(tx, f"{people}/troll")
    for at, post_iri in enumerate(POSTS[software]):
        document = note(
            author,
            f"words {at}",
            iri=post_iri,
            to=(documents.PUBLIC, group.iri),
            audience=group.iri,
            in_reply_to=POSTS[software][0] if at else None,
        )
        fetch_announced(tx, group, author, document)
    return group


def facts(tx, group, software):
    """What the verbs change, in one line of words."""
    people = HOMES[software][2]
    posts = [post_by_iri(tx, iri) for iri in POSTS[software]]
    hidden = [bool(hidden_post(tx, iri)) for iri in POSTS[software]]
    troll = tx.one("select id from actor where iri = :iri", iri=f"{people}/troll")["id"]
    votes = tx.one(
        "select favourites_count as up, dislikes_count as down from post where iri = :iri",
        iri=POSTS[software][0],
    )
    return [
        *(["pinned"] if pinned(tx, group.id) else []),
        *(["locked"] if posts[0] and posts[0].locked_at else []),
        *(f"hidden {at}" for at, one in enumerate(hidden) if one),
        *(["banned"] if ban_of(tx, group.id, troll) else []),
        *(one.rpartition("/")[2] for one in group_moderators(tx, group.id)),
        *(["up"] if votes["up"] else []),
        *(["down"] if votes["down"] else []),
    ]


EFFECTS = [
    ("lemmy/announce_add_moderator", ["otto"], "lemmy/announce_remove_moderator"),
    ("lemmy/announce_pin_page", ["pinned"], "lemmy/announce_unpin_page"),
    ("lemmy/announce_lock_page", ["locked"], "lemmy/announce_undo_lock_page"),
    ("lemmy/announce_block_user", ["banned"], "lemmy/announce_undo_block_user"),
    ("lemmy/announce_block_user_until", ["banned"], "lemmy/announce_undo_block_user"),
    ("lemmy/announce_remove_note", ["hidden 1"], "lemmy/announce_undo_remove_note"),
    ("lemmy/announce_remove_with_replies", ["hidden 0", "hidden 1"], None),
    ("lemmy/announce_like", ["up"], "lemmy/announce_undo_like"),
    ("lemmy/announce_dislike", ["down"], "lemmy/announce_undo_dislike"),
    ("mbin/announce_add_moderator", ["otto"], "mbin/announce_remove_moderator"),
    ("mbin/announce_pin_entry", ["pinned"], "mbin/announce_unpin_entry"),
    ("mbin/announce_lock_entry", ["locked"], None),
    ("mbin/announce_block_user", ["banned"], "mbin/announce_undo_block_user"),
    ("mbin/announce_delete_entry_by_moderator", ["hidden 0"], None),
    ("mbin/announce_like", ["up"], None),
    ("piefed/announce_add_moderator", ["noor"], None),
    ("piefed/announce_pin_page", ["pinned"], None),
    ("piefed/announce_lock", ["locked"], "piefed/announce_undo_lock"),
    ("piefed/announce_block_user", ["banned"], None),
    ("piefed/announce_remove_page", ["hidden 0"], "piefed/announce_undo_remove_page"),
    ("piefed/announce_like", ["up"], None),
    ("piefed/announce_votes", ["up", "down"], "piefed/announce_undo_votes"),
    ("piefed/announce_votes_as_collection", ["up", "down"], None),
    ("piefed/update_page_closed", ["locked"], None),
]

ELSEWHERE = {
    "lemmy/announce_update_group",
    "lemmy/announce_update_page",
    "lemmy/announce_delete_page",
    "piefed/announce_like_of_ours",
    "piefed/announce_delete_by_author",
    "piefed/announce_undo_delete_by_author",
}
"""What has a test of its own, here or with the posts of communities elsewhere."""


@pytest.mark.feature("C05")
@pytest.mark.parametrize(("name", "after", "back"), EFFECTS, ids=[one[0] for one in EFFECTS])
def test_each_verb_of_each_software_is_done_and_taken_back(tx, name, after, back):
    software = name.partition("/")[0]
    group = settle(tx, software)

    receive(tx, name)
    assert facts(tx, group, software) == after

    if back:
        receive(tx, back)
        assert facts(tx, group, software) == []


def test_a_community_that_a_moderator_changed_is_read_again_at_its_own_address(tx):
    group = settle(tx, "lemmy")

    with pytest.raises(Missing) as missing:
        receive(tx, "lemmy/announce_update_group")

    assert missing.value.iris == (group.iri,)


def test_what_an_author_of_the_communitys_own_node_changed_or_deleted_counts_by_itself(tx):
    """PieFed serves what was deleted as if it were there: asking would tell nothing."""
    settle(tx, "lemmy")
    page = POSTS["lemmy"][0]

    receive(tx, "lemmy/announce_update_page")
    assert post_by_iri(tx, page).edited_at is not None

    receive(tx, "lemmy/announce_delete_page")
    assert post_by_iri(tx, page) is None


def test_a_lock_by_a_moderator_on_lemmy_closes_a_post_of_ours(tx):
    _, walkers, post = our_post(tx)
    mia = add_actor(tx, "https://lemmy.example/u/mia")
    put_role(tx, walkers.id, mia.id, Role.MODERATOR, NOW)

    receive(tx, "lemmy/lock_page_of_ours")

    assert post_by_iri(tx, post).locked_at == NOW


def our_post(tx):
    """A post in walkers, ours, at the address that the documents name; ann wrote it."""
    ann = add_person(tx, "ann")
    walkers = add_group(tx, "walkers", ann)
    made = publish(tx, ann, Draft(text="let us walk @walkers"), NOW)
    iri = "https://group.example/posts/0a"
    tx.run("update post set iri = :iri where id = :id", iri=iri, id=made)
    return ann, walkers, iri


@pytest.mark.parametrize("name", ["lemmy/flag_page", "mbin/flag", "mastodon/flag", "nodebb/flag"])
def test_a_report_from_each_software_waits_with_its_post_and_words(tx, name):
    _, _, post = our_post(tx)
    add_actor(tx, wire(name).actor)

    receive(tx, name)

    (report,) = open_reports(tx)
    assert report.posts == (post,)
    assert report.words


def test_a_report_that_nodebb_takes_back_waits_no_longer(tx):
    our_post(tx)
    add_actor(tx, "https://nodebb.example/uid/2")
    receive(tx, "nodebb/flag")

    receive(tx, "nodebb/undo_flag")

    assert open_reports(tx) == []


def test_somebody_on_mobilizon_joins_a_community_and_leaves_it(tx):
    _, walkers, _ = our_post(tx)
    noa = add_actor(tx, "https://mobilizon.example/@noa")

    receive(tx, "mobilizon/join_group")
    assert follow_between(tx, noa.id, walkers.id).is_accepted
    answer = tx.one("select body from outbox_entry where kind = 'Accept'")
    assert "https://mobilizon.example/@noa/join/1" in answer["body"]

    receive(tx, "mobilizon/leave_group")
    assert follow_between(tx, noa.id, walkers.id) is None


@pytest.mark.threat("T21")
def test_an_invitation_from_mobilizon_is_told_and_nothing_else(tx):
    ann = add_person(tx, "ann")
    add_actor(tx, "https://mobilizon.example/@noa")
    hikers = add_actor(tx, "https://mobilizon.example/@hikers", kind="Group")

    receive(tx, "mobilizon/invite")

    found = notifications(tx, ann.id, 10, kinds=["invite"])
    assert [one.from_id for one in found] == [hikers.id]
    assert follow_between(tx, ann.id, hikers.id) is None


def test_an_affiliation_of_mitra_names_a_moderator(tx):
    hill = add_actor(tx, "https://mitra.example/groups/hill", kind="Group")

    receive(tx, "mitra/add_affiliation")

    assert group_moderators(tx, hill.id) == ["https://mitra.example/users/noa"]


@pytest.mark.parametrize("name", ["lemmy/warn", "lemmy/resolve_flag"])
def test_what_we_do_not_know_is_kept_as_nothing(name):
    assert type(wire(name)) not in HANDLERS


def test_every_document_of_moderation_is_tried_here():
    tried = {one for name, _, back in EFFECTS for one in (name, back)} | ELSEWHERE
    announced = {
        f"{path.parent.name}/{path.stem}"
        for path in WIRE.glob("*/announce_*.json")
        if path.parent.name in HOMES
        and not path.stem.startswith(("announce_create", "announce_page"))
    }

    assert announced - tried == set()
