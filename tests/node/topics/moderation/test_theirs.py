"""What is said of a community elsewhere: it is believed itself, and one of its own node."""

from contextlib import suppress
from dataclasses import replace

import pytest

from federation import documents
from federation.origin import trusted_parts
from node.base.errors import Missing, NotAllowed
from node.topics.moderation.group_moderators import group_moderators
from node.topics.moderation.log_store import entries
from node.topics.notifications.store import notifications
from node.topics.posts.pins import add_pin, pinned
from node.topics.posts.store import post_by_id, post_by_iri
from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft
from node.topics.publishing.receive import store_fetched_post
from node.topics.timelines.store import Page, home, of_actor, of_community
from tests.neighbours import NOW, add_neighbour, note, sent
from tests.node.topics.moderation.scenes import (
    BACK,
    LEMMY,
    OTHER,
    UNTOUCHED,
    VALLEY,
    VERBS,
    after,
    announced,
    outbox,
    receive,
    state,
    theirs,
    undo,
    verb,
    write,
)


@pytest.mark.feature("C05")
@pytest.mark.parametrize("name", VERBS)
@pytest.mark.parametrize("home", [LEMMY, OTHER])
def test_what_a_community_announces_is_done_wherever_its_moderator_lives(tx, name, home):
    scene = theirs(tx)
    mia = add_neighbour(tx, "mia", home)
    done = verb(name, mia, scene.valley, scene.roses, scene.rose)

    receive(tx, trusted_parts(announced(scene.valley, done)))
    assert state(tx, scene.valley, scene.roses, scene.rose) == after(name, scene.roses)

    back = BACK.get(name)
    taken = verb(back, mia, scene.valley, scene.roses, scene.rose) if back else undo(mia, done)
    receive(tx, trusted_parts(announced(scene.valley, taken, number=1)))
    assert state(tx, scene.valley, scene.roses, scene.rose) == UNTOUCHED
    assert outbox(tx) == []


@pytest.mark.parametrize("name", ["lock", "remove", "ban"])
def test_an_undo_whose_inner_activity_has_a_new_id_takes_back_the_same_thing(tx, name):
    scene = theirs(tx)
    done = verb(name, scene.otto, scene.valley, scene.roses, scene.rose)
    receive(tx, announced(scene.valley, done))

    again = replace(done, iri=f"{done.iri}/new")
    receive(tx, announced(scene.valley, undo(scene.otto, again), number=1))

    assert state(tx, scene.valley, scene.roses, scene.rose) == UNTOUCHED


@pytest.mark.threat("T24")
@pytest.mark.parametrize("name", VERBS)
def test_one_of_the_communitys_own_node_is_believed_and_others_are_not(tx, name):
    scene = theirs(tx)

    with suppress(NotAllowed):
        receive(
            tx,
            verb(name, add_neighbour(tx, "sly", OTHER), scene.valley, scene.roses, scene.rose),
            {scene.roses.iri: "stored"},
        )
    assert state(tx, scene.valley, scene.roses, scene.rose) == UNTOUCHED

    receive(tx, verb(name, scene.otto, scene.valley, scene.roses, scene.rose))
    assert state(tx, scene.valley, scene.roses, scene.rose) == after(name, scene.roses)


@pytest.mark.threat("T24")
@pytest.mark.threat("T109")
@pytest.mark.parametrize("name", VERBS)
def test_what_another_community_passes_on_has_no_effect(tx, name):
    scene = theirs(tx)
    sly = add_neighbour(
        tx,
        "sly",
        OTHER,
        kind="Group",
        featured=f"{VALLEY}/featured",
        moderators=f"{VALLEY}/moderators",
    )

    with suppress(NotAllowed):
        receive(
            tx,
            announced(sly, verb(name, scene.otto, scene.valley, scene.roses, scene.rose)),
            {scene.roses.iri: "stored"},
        )

    assert state(tx, scene.valley, scene.roses, scene.rose) == UNTOUCHED
    assert entries(tx, scene.valley.id, 10) == []


@pytest.mark.threat("T24")
def test_a_community_that_only_shows_a_post_has_no_say_over_it(tx):
    scene = theirs(tx)
    elsewhere = note(scene.rose, "not for the valley")
    store_fetched_post(tx, elsewhere, NOW)
    create = sent(documents.Create, scene.rose, elsewhere.iri)
    receive(tx, announced(scene.valley, create), {elsewhere.iri: "stored"})
    post = post_by_iri(tx, elsewhere.iri)

    for name in ("remove", "lock", "pin"):
        with suppress(NotAllowed):
            receive(
                tx,
                announced(scene.valley, verb(name, scene.otto, scene.valley, post, scene.rose)),
                {post.iri: "stored"},
            )

    assert post.community_id is None
    assert state(tx, scene.valley, post, scene.rose) == UNTOUCHED


@pytest.mark.threat("T27")
def test_a_community_elsewhere_hides_no_post_of_ours(tx):
    scene = theirs(tx)
    remove = verb("remove", scene.otto, scene.valley, scene.anns, scene.ann)
    ban = verb("ban", scene.otto, scene.valley, scene.anns, scene.ann)

    receive(tx, announced(scene.valley, remove))
    receive(tx, announced(scene.valley, replace(ban, removes=True)))

    assert post_by_id(tx, scene.anns.id).content == scene.anns.content
    with pytest.raises(NotAllowed):
        publish(tx, scene.ann, Draft(text=f"more @valley@{scene.valley.host}"), NOW)


@pytest.mark.threat("T27")
@pytest.mark.parametrize("name", ["remove", "ban"])
def test_what_is_removed_there_of_ours_stands_here_but_not_in_the_community(tx, name):
    scene = theirs(tx)
    post, valley = scene.anns, scene.valley
    add_pin(tx, valley.id, post.id, NOW)
    receive(tx, documents.Announce(iri=f"{valley.iri}/b/1", actor=valley.iri, object=post.iri))
    done = verb(name, scene.otto, valley, post, scene.ann)
    if name == "ban":
        done = replace(done, removes=True)

    receive(tx, announced(valley, done))

    assert not is_in(tx, valley, post, scene.ann)
    assert told(tx, scene.ann) == [("removed", valley.id, post.id)]
    assert post.id in [one.post_id for one in of_actor(tx, scene.ann.id, None, Page())]

    receive(tx, announced(valley, undo(scene.otto, done, restores=True), number=1))
    assert is_in(tx, valley, post, scene.ann)
    assert told(tx, scene.ann) == []


def told(tx, who):
    """What somebody is told of what became of their posts."""
    found = notifications(tx, who.id, 9, kinds=["removed"])
    return [(one.kind, one.from_id, one.post_id) for one in found]


@pytest.mark.threat("T119")
def test_a_ban_that_is_repeated_removes_ours_once(tx):
    scene = theirs(tx)
    ban = replace(verb("ban", scene.otto, scene.valley, scene.anns, scene.ann), removes=True)

    for number in range(3):
        one = replace(ban, iri=f"{ban.iri}/{number}")
        receive(tx, announced(scene.valley, one, number=number))

    assert tx.one("select count(*) as n from moderation_entry")["n"] == 1


@pytest.mark.parametrize("is_first", [True, False])
def test_what_is_restored_there_is_in_the_homes_of_its_followers_again(tx, is_first):
    scene = theirs(tx)
    done = verb("remove", scene.otto, scene.valley, scene.roses, scene.rose)
    shown, again = (
        documents.Announce(
            iri=f"{scene.valley.iri}/b/{number}", actor=scene.valley.iri, object=scene.roses.iri
        )
        for number in range(2)
    )
    receive(tx, shown)
    receive(tx, announced(scene.valley, done))
    receive(tx, documents.Undo(iri=f"{shown.iri}/undo", actor=scene.valley.iri, object=shown))
    back = announced(scene.valley, undo(scene.otto, done), number=1)

    for one in (again, back) if is_first else (back, again):
        receive(tx, one)

    assert scene.roses.id in [one.post_id for one in home(tx, scene.ann.id, Page())]


def is_in(tx, group, post, reader):
    """Whether a community shows a post in each of its lists, or, if not, in none."""
    lists = [
        [one.post_id for one in of_community(tx, group.id, None, Page())],
        [one.post_id for one in of_actor(tx, group.id, reader, Page())],
        [one.id for one in pinned(tx, group.id)],
    ]
    found = [post.id in one for one in lists]
    assert len(set(found)) == 1
    return found[0]


@pytest.mark.threat("T26")
def test_a_ban_removes_only_what_was_written_in_the_banning_community(tx):
    scene = theirs(tx)
    mine = note(scene.rose, "on my own page")
    store_fetched_post(tx, mine, NOW)
    ban = replace(verb("ban", scene.otto, scene.valley, scene.roses, scene.rose), removes=True)

    receive(tx, announced(scene.valley, ban))
    shown = [one.post_id for one in of_actor(tx, scene.rose.id, scene.ann, Page())]
    assert shown == [post_by_iri(tx, mine.iri).id]

    receive(tx, announced(scene.valley, undo(scene.otto, ban, restores=True), number=1))
    assert post_by_iri(tx, scene.roses.iri) is not None


@pytest.mark.threat("T26")
@pytest.mark.parametrize("target", [None, "https://valley.example", f"{LEMMY}/people/otto"])
def test_a_block_of_a_person_or_for_another_host_bans_nobody_from_a_community(tx, target):
    scene = theirs(tx)
    block = verb("ban", scene.otto, scene.valley, scene.roses, scene.rose)

    try:
        receive(tx, replace(block, target=target, removes=True))
    except NotAllowed:
        assert target == "https://valley.example"

    assert state(tx, scene.valley, scene.roses, scene.rose) == UNTOUCHED
    assert tx.all("select * from ban") == []


def test_a_batch_is_applied_one_by_one_and_a_bad_one_spoils_no_other(tx):
    scene = theirs(tx)
    like = sent(documents.Like, scene.otto, scene.roses.iri)
    foreign = sent(documents.Like, scene.rose, scene.post.iri)
    dislike = sent(documents.Dislike, scene.otto, scene.post.iri)
    other = add_neighbour(tx, "hill", OTHER, kind="Group")
    wrong = verb("ban", scene.otto, other, scene.roses, scene.rose)
    lock = verb("lock", scene.otto, scene.valley, scene.roses, scene.rose)

    receive(tx, announced(scene.valley, like, foreign, wrong, dislike, lock))

    assert post_by_id(tx, scene.roses.id).favourites_count == 1
    row = tx.one(
        "select favourites_count, dislikes_count from post where id = :id", id=scene.post.id
    )
    assert dict(row) == {"favourites_count": 0, "dislikes_count": 1}
    assert post_by_id(tx, scene.roses.id).locked_at == NOW


@pytest.mark.threat("T119")
def test_votes_in_batches_count_once_and_come_back_once(tx):
    scene = theirs(tx)
    dislike = sent(documents.Dislike, scene.otto, scene.post.iri)
    like = sent(documents.Like, scene.otto, scene.post.iri)
    for number in range(3):
        receive(tx, announced(scene.valley, dislike, like, number=number))

    row = tx.one(
        "select favourites_count, dislikes_count from post where id = :id", id=scene.post.id
    )
    assert dict(row) == {"favourites_count": 1, "dislikes_count": 1}

    for number in range(3):
        taken = (undo(scene.otto, dislike, iri=f"{LEMMY}/u/1"), undo(scene.otto, like))
        receive(tx, announced(scene.valley, *taken, number=number))
    row = tx.one(
        "select favourites_count, dislikes_count from post where id = :id", id=scene.post.id
    )
    assert dict(row) == {"favourites_count": 0, "dislikes_count": 0}


@pytest.mark.threat("T20")
def test_a_community_takes_back_no_vote_of_somebody_of_another_node(tx):
    scene = theirs(tx)
    like = sent(documents.Like, scene.rose, scene.post.iri)
    receive(tx, like)

    receive(tx, announced(scene.valley, undo(scene.rose, like)))
    assert post_by_id(tx, scene.post.id).favourites_count == 1

    late = sent(documents.Like, scene.rose, scene.anns.iri)
    receive(tx, announced(scene.valley, undo(scene.rose, late, iri=f"{LEMMY}/u/9")))
    receive(tx, late)
    assert post_by_id(tx, scene.anns.id).favourites_count == 1


def test_what_a_followed_community_pins_or_closes_is_fetched_first(tx):
    scene = theirs(tx)
    fresh = note(scene.rose, "not here yet", to=(scene.valley.iri, documents.PUBLIC))

    for kind, extra in ((documents.Lock, {}), (documents.Add, {"target": f"{VALLEY}/featured"})):
        done = sent(kind, scene.otto, fresh.iri, audience=scene.valley.iri, **extra)
        with pytest.raises(Missing) as missing:
            receive(tx, announced(scene.valley, done))
        assert missing.value.iris == (fresh.iri,)
        receive(tx, announced(scene.valley, done), {fresh.iri: "gone"})


def test_an_edit_of_the_community_by_a_moderator_has_it_read_again_at_home(tx):
    scene = theirs(tx)
    update = sent(documents.Update, scene.rose, scene.valley.iri)

    with pytest.raises(Missing) as missing:
        receive(tx, announced(scene.valley, update))
    assert missing.value.iris == (scene.valley.iri,)
    receive(tx, announced(scene.valley, update), {scene.valley.iri: "stored"})

    receive(tx, update)


def test_a_page_that_says_it_is_closed_is_closed_and_opened_by_its_communitys_home(tx):
    scene = theirs(tx)
    page = note(
        scene.otto, "by otto", to=(scene.valley.iri, documents.PUBLIC), comments_enabled=False
    )

    store_fetched_post(tx, page, NOW)
    assert post_by_id(tx, scene.post.id).locked_at == NOW

    store_fetched_post(tx, replace(page, comments_enabled=True), NOW)
    assert post_by_id(tx, scene.post.id).locked_at is None


def test_a_new_page_that_is_closed_comes_closed(tx):
    scene = theirs(tx)

    post = write(tx, scene.otto, scene.valley, "closed from the start", comments_enabled=False)

    assert post.locked_at == NOW


@pytest.mark.parametrize(
    ("role", "moderates", "banned"),
    [
        ("admin", True, False),
        ("moderator", True, False),
        ("member", False, False),
        ("outcast", False, True),
        ("bard", False, False),
    ],
)
def test_an_affiliation_is_believed_of_the_communitys_own_origin(tx, role, moderates, banned):
    scene = theirs(tx)
    said = documents.Affiliation(person=scene.rose.iri, group=scene.valley.iri, role=role)
    target = f"{VALLEY}/affiliations"
    add = sent(documents.Add, scene.valley, f"{target}/1", target=target, affiliation=said)

    receive(tx, add)
    after = state(tx, scene.valley, scene.roses, scene.rose)
    assert (after.moderates, after.banned) == (moderates, banned)

    receive(
        tx, sent(documents.Remove, scene.valley, f"{target}/1", target=target, affiliation=said)
    )
    assert state(tx, scene.valley, scene.roses, scene.rose) == UNTOUCHED


@pytest.mark.threat("T24")
@pytest.mark.threat("T109")
@pytest.mark.parametrize("lie", ["sender", "target", "ours"])
def test_an_affiliation_from_anywhere_else_is_not_believed(tx, lie):
    scene = theirs(tx)
    sly = add_neighbour(tx, "sly", OTHER)
    said = documents.Affiliation(person=sly.iri, group=scene.valley.iri, role="admin")
    by = sly if lie == "sender" else scene.valley
    target = f"{OTHER}/affiliations" if lie == "target" else f"{VALLEY}/affiliations"
    if lie == "ours":
        said = replace(said, group=scene.ann.iri)

    with suppress(NotAllowed):
        receive(tx, sent(documents.Add, by, f"{target}/1", target=target, affiliation=said))

    assert group_moderators(tx, scene.valley.id) == []


@pytest.mark.threat("T24")
def test_a_person_pins_posts_of_their_own_and_of_nobody_else(tx):
    scene = theirs(tx)
    lena = add_neighbour(tx, "lena", featured="https://valley.example/people/lena/featured")
    store_fetched_post(tx, note(lena, "mine"), NOW)
    own = post_by_iri(tx, note(lena, "mine").iri)

    for iri in (own.iri, scene.roses.iri):
        receive(tx, sent(documents.Add, lena, iri, target=lena.featured))
    assert [post.id for post in pinned(tx, lena.id)] == [own.id]

    receive(
        tx, sent(documents.Add, scene.rose, scene.roses.iri, target=lena.featured, cc=(lena.iri,))
    )
    receive(tx, sent(documents.Remove, scene.rose, own.iri, target=lena.featured, cc=(lena.iri,)))
    assert [post.id for post in pinned(tx, lena.id)] == [own.id]

    receive(tx, sent(documents.Remove, lena, own.iri, target=lena.featured))
    assert pinned(tx, lena.id) == []


def test_a_hidden_post_does_not_come_back_by_being_sent_again(tx):
    scene = theirs(tx)
    receive(
        tx,
        announced(scene.valley, verb("remove", scene.otto, scene.valley, scene.roses, scene.rose)),
    )

    with suppress(NotAllowed):
        write(tx, scene.rose, scene.valley, "by rose")
    create = sent(documents.Create, scene.rose, scene.roses.iri)
    receive(tx, announced(scene.valley, create), {scene.roses.iri: "stored"})

    found = [item.post_id for item in of_community(tx, scene.valley.id, None, Page())]
    assert found == [scene.anns.id, scene.post.id]
