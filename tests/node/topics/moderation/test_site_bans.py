"""Bans from a whole node: it decides about its own people and its own communities (Lemmy)."""

from dataclasses import replace

import pytest

from federation import documents
from node.base.errors import NotAllowed
from node.housekeeping import TIDYING
from node.topics.moderation import origin_bans
from node.topics.moderation.ban_store import ban_of
from node.topics.moderation.origin_bans import is_shut_out, origin_ban_of, settle_origin_bans
from node.topics.moderation.rules import FOR_EVER
from node.topics.posts.removals import hidden_post
from node.topics.posts.store import post_by_iri
from node.topics.posts.views import post_views
from node.topics.publishing.receive import store_fetched_post
from tests.neighbours import NOW, THERE, add_neighbour, note, sent
from tests.node.topics.moderation.scenes import LEMMY, announced, receive, theirs, write


def block(by, person, site=f"{LEMMY}/", **changes):
    fields = {"target": site, "removes": True, "summary": "spam"} | changes
    return sent(documents.Block, by, person.iri, **fields)


@pytest.fixture
def scene(tx):
    """theirs(), and an administrator of lemmy.example."""
    return theirs(tx)


@pytest.fixture
def admin(tx, scene):
    return add_neighbour(tx, "admin", LEMMY)


def seen(tx, scene, *posts):
    views = post_views(tx, [one.id for one in posts], scene.ann)
    return [one.id in views for one in posts]


def is_banned(tx, person):
    return is_shut_out(origin_ban_of(tx, person.id), NOW)


@pytest.mark.threat("T26")
@pytest.mark.parametrize("site", [f"{LEMMY}/", LEMMY], ids=["root", "bare"])
def test_its_home_shuts_somebody_out_and_what_they_wrote_anywhere_is_hidden(tx, scene, admin, site):
    alone = store_fetched_post(tx, note(scene.otto, "not in a community"), NOW)

    receive(tx, block(admin, scene.otto, site))

    assert is_banned(tx, scene.otto)
    assert seen(tx, scene, scene.post, scene.roses, scene.anns) == [False, True, True]
    assert post_views(tx, [alone], scene.ann) == {}
    assert hidden_post(tx, scene.post.iri) is not None


def test_without_removal_what_they_wrote_stays_and_nothing_new_comes(tx, scene, admin):
    receive(tx, block(admin, scene.otto, removes=False))

    assert seen(tx, scene, scene.post) == [True]
    new = note(scene.otto, "new", to=(scene.ann.iri, documents.PUBLIC))
    with pytest.raises(NotAllowed):
        receive(tx, sent(documents.Create, scene.otto, new))
    store_fetched_post(tx, note(scene.otto, "an old one"), NOW)


def test_with_removal_nothing_is_fetched_either(tx, scene, admin):
    receive(tx, block(admin, scene.otto))

    with pytest.raises(NotAllowed):
        store_fetched_post(tx, note(scene.otto, "an old one"), NOW)


@pytest.mark.threat("T20")
def test_it_is_undone_and_what_was_hidden_is_shown_again_if_that_is_said(tx, scene, admin):
    ban = block(admin, scene.otto)
    receive(tx, ban)

    receive(tx, sent(documents.Undo, admin, ban, restores=True))

    assert not is_banned(tx, scene.otto)
    assert seen(tx, scene, scene.post) == [True]
    write(tx, scene.otto, scene.valley, "new")
    assert ban_of(tx, scene.valley.id, scene.otto.id) is None


def test_undone_without_that_what_was_hidden_stays_hidden(tx, scene, admin):
    alone = store_fetched_post(tx, note(scene.otto, "not in a community"), NOW)
    ban = block(admin, scene.otto)
    receive(tx, ban)

    receive(tx, sent(documents.Undo, admin, ban))

    assert not is_banned(tx, scene.otto)
    assert seen(tx, scene, scene.post) == [False]
    assert post_views(tx, [alone], scene.ann) == {}


def test_an_undo_that_only_names_it_undoes_it(tx, scene, admin):
    ban = block(admin, scene.otto)
    receive(tx, ban)

    receive(tx, sent(documents.Undo, admin, ban.iri, restores=True))

    assert not is_banned(tx, scene.otto)


@pytest.mark.threat("T120")
def test_what_is_undone_before_it_comes_has_no_effect(tx, scene, admin):
    ban = block(admin, scene.otto)
    receive(tx, sent(documents.Undo, admin, ban))

    receive(tx, ban)

    assert not is_banned(tx, scene.otto)
    assert seen(tx, scene, scene.post) == [True]


def test_a_ban_with_an_end_ends(tx, scene, admin):
    receive(tx, block(admin, scene.otto, ends_at=NOW + 60, removes=False))

    ban = origin_ban_of(tx, scene.otto.id)
    assert (is_shut_out(ban, NOW + 59), is_shut_out(ban, NOW + 60)) == (True, False)


def test_a_ban_that_is_over_has_no_effect(tx, scene, admin):
    receive(tx, block(admin, scene.otto, ends_at=NOW))

    assert origin_ban_of(tx, scene.otto.id) is None


@pytest.mark.threat("T26")
def test_a_node_bans_people_of_others_from_its_own_communities_alone(tx, scene, admin):
    alone = store_fetched_post(tx, note(scene.rose, "not in a community"), NOW)

    receive(tx, block(admin, scene.rose))

    assert not is_banned(tx, scene.rose)
    assert ban_of(tx, scene.valley.id, scene.rose.id).until == FOR_EVER
    assert seen(tx, scene, scene.roses) == [False]
    assert alone in post_views(tx, [alone], scene.ann)


@pytest.mark.threat("T27")
def test_one_of_ours_is_banned_there_and_what_they_wrote_stays_here(tx, scene, admin):
    receive(tx, block(admin, scene.ann))

    assert ban_of(tx, scene.valley.id, scene.ann.id) is not None
    assert seen(tx, scene, scene.anns) == [True]
    assert origin_ban_of(tx, scene.ann.id) is None


@pytest.mark.threat("T26")
@pytest.mark.threat("T109")
@pytest.mark.parametrize("site", [f"{LEMMY}/", f"{THERE}/"], ids=["theirs", "its own"])
def test_another_node_shuts_nobody_out_of_their_home(tx, scene, site):
    mia = add_neighbour(tx, "mia")

    try:
        receive(tx, block(mia, scene.otto, site))
    except NotAllowed:
        assert site == f"{LEMMY}/"

    assert not is_banned(tx, scene.otto)
    assert seen(tx, scene, scene.post) == [True]
    assert ban_of(tx, scene.valley.id, scene.otto.id) is None


@pytest.mark.threat("T26")
def test_another_node_undoes_nothing(tx, scene, admin):
    ban, mia = block(admin, scene.otto), add_neighbour(tx, "mia")
    receive(tx, ban)

    for inner in (ban, ban.iri):
        try:
            receive(tx, sent(documents.Undo, mia, inner, restores=True))
        except NotAllowed:
            continue

    assert is_banned(tx, scene.otto)
    assert seen(tx, scene, scene.post) == [False]


@pytest.mark.threat("T26")
def test_a_community_of_another_node_that_passes_it_on_has_no_say(tx, scene, admin):
    hill = add_neighbour(tx, "hill", "https://other.example", kind="Group")

    with pytest.raises(NotAllowed):
        receive(tx, announced(hill, block(admin, scene.otto)))

    assert not is_banned(tx, scene.otto)


def test_a_community_of_that_node_may_pass_it_on(tx, scene, admin):
    receive(tx, announced(scene.valley, block(admin, scene.otto)))

    assert is_banned(tx, scene.otto)


@pytest.mark.threat("T26")
def test_a_community_of_that_node_has_no_say_where_somebody_of_another_said_it(tx, scene):
    mia = add_neighbour(tx, "mia")

    with pytest.raises(NotAllowed):
        receive(tx, announced(scene.valley, block(mia, scene.otto)))

    assert not is_banned(tx, scene.otto)


@pytest.mark.threat("T26")
def test_a_node_that_lets_somebody_back_does_so_for_itself_alone(tx, scene, admin):
    receive(tx, block(admin, scene.otto))
    mia = add_neighbour(tx, "mia")

    receive(tx, sent(documents.Undo, mia, block(mia, scene.otto, f"{THERE}/"), restores=True))

    assert is_banned(tx, scene.otto)


@pytest.mark.parametrize("target", ["c/unknown", "people/otto", "?x", "#x"])
def test_a_target_that_is_something_else_there_is_no_node(tx, scene, admin, target):
    receive(tx, block(admin, scene.otto, f"{LEMMY}/{target}"))

    assert not is_banned(tx, scene.otto)
    assert seen(tx, scene, scene.post) == [True]


def test_the_actor_of_a_node_means_the_node(tx, scene, admin):
    add_neighbour(tx, "site", LEMMY, kind="Application")

    receive(tx, block(admin, scene.otto, f"{LEMMY}/people/site"))

    assert is_banned(tx, scene.otto)


def test_a_long_history_is_hidden_and_shown_again_part_by_part(tx, scene, admin, monkeypatch):
    monkeypatch.setattr(origin_bans, "AT_ONCE", 2)
    iris = [note(scene.otto, f"Number {one}") for one in range(4)]
    for one in iris:
        store_fetched_post(tx, one, NOW)
    ban = block(admin, scene.otto)

    receive(tx, ban)
    while settle_origin_bans(tx, NOW):
        pass
    assert [post_by_iri(tx, one.iri) for one in iris] == [None] * 4

    receive(tx, sent(documents.Undo, admin, ban, restores=True))
    while settle_origin_bans(tx, NOW):
        pass
    assert None not in [post_by_iri(tx, one.iri) for one in iris]
    assert origin_ban_of(tx, scene.otto.id) is None
    assert settle_origin_bans in TIDYING


def test_said_twice_it_is_one_ban(tx, scene, admin):
    alone = store_fetched_post(tx, note(scene.otto, "not in a community"), NOW)
    ban = block(admin, scene.otto, removes=False)
    receive(tx, ban)

    receive(tx, replace(ban, iri=f"{admin.iri}/block/2", removes=True))
    hidden = post_views(tx, [alone], scene.ann)
    receive(tx, sent(documents.Undo, admin, ban, restores=True))

    assert hidden == {}
    assert alone in post_views(tx, [alone], scene.ann)
    assert not is_banned(tx, scene.otto)
