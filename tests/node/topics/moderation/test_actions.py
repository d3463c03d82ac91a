"""What those of us do who look after a community, and how it reads elsewhere."""

import json

import pytest

from federation import documents
from federation.origin import trusted_parts
from node.base.errors import Invalid, NotAllowed, NotFound
from node.topics.actors.store import actor_by_iri
from node.topics.communities.moderators import moderator_iris
from node.topics.communities.store import put_role, standing_of
from node.topics.moderation import member_actions, post_actions
from node.topics.moderation.log_store import entries
from node.topics.permissions.rules import Role
from node.topics.posts.removals import hide_posts
from node.topics.posts.store import post_by_id
from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft
from node.topics.publishing.receive import store_fetched_post
from node.topics.reactions.boosts import boost_of
from tests.neighbours import NOW, add_neighbour, add_person, note, sent
from tests.node.topics.moderation.scenes import (
    UNTOUCHED,
    boosts_said,
    clear_outbox,
    ours,
    outbox,
    passed_on,
    receive,
    state,
    theirs,
    write,
)

PUBLIC = documents.PUBLIC


def do(name, tx, me, scene, at=NOW):
    post, group, person = scene.post.id, scene.walkers.id, scene.rose.id
    {
        "pin": lambda: post_actions.pin(tx, me, post, at),
        "unpin": lambda: post_actions.unpin(tx, me, post, at),
        "lock": lambda: post_actions.lock(tx, me, post, "enough", at),
        "unlock": lambda: post_actions.unlock(tx, me, post, at),
        "remove": lambda: post_actions.remove(tx, me, post, "off topic", at),
        "restore": lambda: post_actions.restore(tx, me, post, at),
        "ban": lambda: member_actions.ban(
            tx, me, group, person, at, reason="spam", days=2, removes=True
        ),
        "unban": lambda: member_actions.unban(tx, me, group, person, at, restores=True),
        "appoint": lambda: member_actions.add_moderator(tx, me, group, person, at),
        "dismiss": lambda: member_actions.remove_moderator(tx, me, group, person, at),
    }[name]()


PAIRS = [
    ("pin", "unpin"),
    ("lock", "unlock"),
    ("remove", "restore"),
    ("ban", "unban"),
    ("appoint", "dismiss"),
]


def said(tx):
    """What the moderator said last, which the community announced as it was said."""
    inner = passed_on(tx)[-1]["object"]
    kept = [json.loads(one["body"]) for one in outbox(tx)]
    (mine,) = [one for one in kept if one["id"] == inner["id"]]
    return mine


@pytest.mark.feature("C05")
@pytest.mark.parametrize(("name", "back"), PAIRS)
def test_each_deed_is_announced_by_the_community_and_its_taking_back_as_well(tx, name, back):
    scene = ours(tx)

    do(name, tx, scene.ann, scene)
    first = said(tx)
    do(back, tx, scene.ann, scene)
    second = said(tx)

    assert state(tx, scene.walkers, scene.post, scene.rose) == UNTOUCHED
    assert len(passed_on(tx)) == 2
    for one in (first, second):
        assert (one["actor"], one["audience"]) == (scene.ann.iri, scene.walkers.iri)
        assert (one["to"], one["cc"]) == ([PUBLIC], [scene.walkers.iri])
    if second["type"] == "Undo":
        assert second["object"]["id"] == first["id"]


@pytest.mark.parametrize(("name", "back"), PAIRS)
def test_a_deed_that_is_repeated_says_nothing_more(tx, name, back):
    scene = ours(tx)
    for _ in range(3):
        try:
            do(name, tx, scene.ann, scene)
        except NotFound:  # a removed post is not there to be removed again
            assert name == "remove"

    assert len(passed_on(tx)) == 1


@pytest.mark.threat("T24")
@pytest.mark.parametrize("who", ["ben", "stranger", "of another community"])
@pytest.mark.parametrize("name", [name for pair in PAIRS for name in pair])
def test_who_does_not_look_after_the_community_can_do_nothing(tx, name, who):
    scene = ours(tx)
    me = {"ben": scene.ben}.get(who) or add_person(tx, "kim")
    if who == "of another community":
        put_role(tx, scene.walkers.id, me.id, Role.MEMBER, NOW)
    undone = {back: name for name, back in PAIRS}.get(name)
    if undone:
        do(undone, tx, scene.ann, scene)
        clear_outbox(tx)
    before = state(tx, scene.walkers, scene.post, scene.rose)

    with pytest.raises(NotAllowed):
        do(name, tx, me, scene)

    assert state(tx, scene.walkers, scene.post, scene.rose) == before
    assert outbox(tx) == []


def test_a_pin_reads_as_lemmy_writes_it(tx):
    scene = ours(tx)
    do("pin", tx, scene.ann, scene)

    pin = said(tx)

    assert (pin["type"], pin["object"]) == ("Add", scene.post.iri)
    assert pin["target"] == f"{scene.walkers.iri}/featured"


def test_the_naming_of_a_moderator_reads_as_lemmy_writes_it(tx):
    scene = ours(tx)
    do("appoint", tx, scene.ann, scene)

    add = said(tx)

    assert (add["type"], add["object"]) == ("Add", scene.rose.iri)
    assert add["target"] == f"{scene.walkers.iri}/moderators"
    assert scene.rose.iri in moderator_iris(tx, scene.walkers.id)


def test_a_removal_has_a_reason_and_names_the_post_alone(tx):
    scene = ours(tx)
    do("remove", tx, scene.ann, scene)

    delete = said(tx)

    assert (delete["type"], delete["object"]) == ("Delete", scene.post.iri)
    assert delete["summary"] == "off topic"
    assert "withReplies" not in delete


def test_a_removal_without_a_reason_is_still_told_from_an_authors_delete(tx):
    scene = ours(tx)
    post_actions.remove(tx, scene.ann, scene.post.id, "", NOW, with_replies=True)

    delete = said(tx)

    assert (delete["summary"], delete["withReplies"]) == ("", True)


def test_a_ban_says_until_when_in_both_spellings(tx):
    scene = ours(tx)
    do("ban", tx, scene.ann, scene)

    block = next(json.loads(one["body"]) for one in outbox(tx) if one["kind"] == "Block")

    assert (block["object"], block["target"]) == (scene.rose.iri, scene.walkers.iri)
    assert block["removeData"] is True
    assert block["endTime"] == block["expires"] == "2027-01-17T08:00:00Z"
    assert block["summary"] == "spam"


def test_a_ban_for_ever_names_no_end(tx):
    scene = ours(tx)
    member_actions.ban(tx, scene.ann, scene.walkers.id, scene.rose.id, NOW)

    block = said(tx)

    assert {"endTime", "expires", "summary"} & set(block) == set()
    assert block["removeData"] is False


@pytest.mark.parametrize("name", ["pin", "lock", "remove", "ban", "appoint"])
def test_what_we_say_reads_as_what_was_meant(tx, name):
    scene = ours(tx)
    do(name, tx, scene.ann, scene)

    read = trusted_parts(documents.read_activity(said(tx)))

    about = scene.rose.iri if name in ("ban", "appoint") else scene.post.iri
    assert read.object == about
    assert read.audience == scene.walkers.iri
    if isinstance(read, documents.Block):
        assert (read.removes, read.ends_at, read.target) == (
            True,
            NOW + 2 * 86_400,
            scene.walkers.iri,
        )


@pytest.mark.parametrize(("name", "back"), [("remove", "restore"), ("ban", "unban")])
def test_who_only_follows_the_community_sees_what_is_removed_no_longer(tx, name, back):
    scene = ours(tx)
    shown = boost_of(tx, scene.walkers.id, scene.post.id)

    do(name, tx, scene.ann, scene)
    assert boosts_said(tx, scene.post) == [("Undo", shown.iri)]
    do(back, tx, scene.ann, scene)

    again = boost_of(tx, scene.walkers.id, scene.post.id)
    assert boosts_said(tx, scene.post)[1:] == [("Announce", again.iri)]
    assert again.iri != shown.iri


@pytest.mark.feature("F11")
def test_who_only_follows_the_community_sees_what_its_author_deleted_no_longer(tx):
    scene = ours(tx)
    shown = boost_of(tx, scene.walkers.id, scene.post.id)

    receive(tx, sent(documents.Delete, scene.rose, scene.post.iri))
    receive(tx, sent(documents.Delete, scene.rose, scene.post.iri))

    assert boosts_said(tx, scene.post) == [("Undo", shown.iri)]
    assert boost_of(tx, scene.walkers.id, scene.post.id) is None


def test_a_community_says_once_that_somebody_is_gone_and_nothing_of_each_post(tx):
    scene = ours(tx)

    receive(tx, sent(documents.Delete, scene.rose, scene.rose.iri))

    assert post_by_id(tx, scene.post.id) is None
    assert [row["object_iri"] for row in outbox(tx)] == [scene.rose.iri]


def test_an_answer_was_never_shown_on_its_own_and_its_removal_takes_nothing_back(tx):
    scene = ours(tx)
    answer = publish(tx, scene.ann, Draft(text="so?", parent_id=scene.post.id), NOW)

    post_actions.remove(tx, scene.ann, answer, "", NOW)
    post_actions.restore(tx, scene.ann, answer, NOW)

    assert boosts_said(tx, post_by_id(tx, answer)) == []


@pytest.mark.threat("T106")
def test_what_is_held_for_a_look_is_shown_to_nobody_by_a_restore(tx):
    scene = ours(tx)
    tx.run("update actor set silenced_at = :now where id = :id", id=scene.mia.id, now=NOW)
    held = write(tx, actor_by_iri(tx, scene.mia.iri), scene.walkers, "held")
    clear_outbox(tx)

    post_actions.remove(tx, scene.ann, held.id, "", NOW)
    post_actions.restore(tx, scene.ann, held.id, NOW)

    assert boosts_said(tx, held) == []


@pytest.mark.threat("T26")
def test_a_community_restores_nothing_that_the_home_of_its_author_removed(tx):
    scene = ours(tx)
    store_fetched_post(tx, note(scene.rose, "elsewhere"), NOW)
    ids = [row["id"] for row in tx.all("select id from post where local = 0")]
    hide_posts(tx, ids, 77, NOW)

    with pytest.raises(NotFound):
        post_actions.restore(tx, scene.ann, scene.post.id, NOW)

    assert len(ids) == 2
    assert tx.all("select id from post where removed_in is null and local = 0") == []
    assert outbox(tx) == []


def test_whom_it_concerns_is_told_on_their_node(tx):
    scene = ours(tx)
    do("lock", tx, scene.ann, scene)

    rows = tx.all("select inbox from delivery")

    assert {row["inbox"] for row in rows} == {"https://valley.example/inbox"}


def test_the_log_says_who_did_what_when_and_why(tx):
    scene = ours(tx)
    do("lock", tx, scene.ann, scene)
    do("ban", tx, scene.ann, scene, at=NOW + 60)

    found = [
        (one.verb, one.by_iri, one.post_iri, one.person_iri, one.reason, one.created_at)
        for one in entries(tx, scene.walkers.id, 10)
    ]

    assert found == [
        ("ban", scene.ann.iri, None, scene.rose.iri, "spam", NOW + 60),
        ("lock", scene.ann.iri, scene.post.iri, None, "enough", NOW),
    ]


def test_a_moderator_of_ours_may_step_down_and_the_organiser_may_not(tx):
    scene = ours(tx)
    member_actions.add_moderator(tx, scene.ann, scene.walkers.id, scene.ben.id, NOW)

    member_actions.remove_moderator(tx, scene.ben, scene.walkers.id, scene.ben.id, NOW)
    assert standing_of(tx, scene.walkers.id, scene.ben.id).role is Role.MEMBER

    with pytest.raises(NotAllowed):
        member_actions.remove_moderator(tx, scene.ann, scene.walkers.id, scene.ann.id, NOW)


def test_who_is_banned_cannot_look_after_the_community(tx):
    scene = ours(tx)
    do("ban", tx, scene.ann, scene)

    with pytest.raises(NotAllowed):
        do("appoint", tx, scene.ann, scene)


def test_a_ban_takes_the_role_away(tx):
    scene = ours(tx)
    put_role(tx, scene.walkers.id, scene.rose.id, Role.MODERATOR, NOW)

    do("ban", tx, scene.ann, scene)

    assert standing_of(tx, scene.walkers.id, scene.rose.id).role is Role.NOBODY


def test_nobody_moderates_a_community_elsewhere_that_does_not_name_them(tx):
    scene = theirs(tx)

    with pytest.raises(NotAllowed):
        post_actions.lock(tx, scene.ann, scene.post.id, "", NOW)
    with pytest.raises(NotAllowed):
        member_actions.ban(tx, scene.ann, scene.valley.id, scene.rose.id, NOW)


def test_a_group_is_not_banned_and_looks_after_nothing(tx):
    scene = ours(tx)
    group = add_neighbour(tx, "hill", "https://other.example", kind="Group")

    with pytest.raises(NotFound):
        member_actions.ban(tx, scene.ann, scene.walkers.id, group.id, NOW)
    with pytest.raises(NotFound):
        member_actions.add_moderator(tx, scene.ann, scene.walkers.id, group.id, NOW)


def test_a_reason_has_a_limit(tx):
    scene = ours(tx)

    with pytest.raises(Invalid):
        post_actions.remove(tx, scene.ann, scene.post.id, "x" * 501, NOW)

    assert post_by_id(tx, scene.post.id) is not None
    assert state(tx, scene.walkers, scene.post, scene.rose) == UNTOUCHED
