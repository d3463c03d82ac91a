"""Appeals that come from other nodes: whose they are, and that each counts once."""

import pytest

from federation import documents
from node.topics.moderation.appeal_store import appeal_counts
from node.topics.moderation.ban_store import ban_of
from node.topics.moderation.desk import read_desk
from node.topics.moderation.member_actions import ban
from node.topics.moderation.post_actions import remove
from node.topics.publishing.appeal_deeds import grant
from tests.neighbours import NOW, add_node
from tests.node.topics.moderation.scenes import ours, receive
from tests.node.topics.moderation.test_flags import flag

pytestmark = pytest.mark.feature("M04")


@pytest.fixture
def scene(tx):
    """ours(), where ann has removed rose's post."""
    add_node(tx)
    scene = ours(tx)
    remove(tx, scene.ann, scene.post.id, "Off topic.", NOW)
    return scene


def waiting(tx, scene):
    return read_desk(tx, scene.ann, None).waiting


def test_the_author_elsewhere_asks_for_another_look_once(tx, scene):
    for number in range(3):
        receive(tx, flag(scene.rose, scene.post.iri, number=number, content="<p>Why?</p>"))

    (view,) = waiting(tx, scene)
    assert (view.about.iri, view.appeal.words) == (scene.rose.iri, "Why?")
    assert appeal_counts(tx, scene.walkers.id).made == 1


@pytest.mark.threat("T81")
def test_nobody_else_appeals_for_them(tx, scene):
    receive(tx, flag(scene.mia, scene.post.iri))

    assert waiting(tx, scene) == []


@pytest.mark.threat("T81")
def test_a_ban_is_appealed_against_by_whom_it_shuts_out(tx, scene):
    ban(tx, scene.ann, scene.walkers.id, scene.rose.id, NOW, days=3)
    (row,) = tx.all("select activity_iri from moderation_entry where verb = 'ban'")
    block = row["activity_iri"]

    receive(tx, flag(scene.mia, block))
    before = waiting(tx, scene)
    receive(tx, flag(scene.rose, block, content="Sorry."))

    assert before == []
    (view,) = waiting(tx, scene)
    assert view.appealed.verb == "ban"
    grant(tx, scene.ann, view.case.id, "", NOW)
    assert ban_of(tx, scene.walkers.id, scene.rose.id) is None


def test_one_that_a_community_passes_on_is_no_appeal(tx, scene):
    inner = flag(scene.rose, scene.post.iri)
    announce = documents.Announce(
        iri=f"{scene.mia.iri}/a", actor=scene.mia.iri, object=inner, to=(documents.PUBLIC,)
    )

    receive(tx, announce)

    assert waiting(tx, scene) == []


def test_what_is_not_removed_is_reported_and_not_appealed(tx):
    add_node(tx)
    scene = ours(tx)

    receive(tx, flag(scene.rose, scene.post.iri))

    assert [(one.case.kind, one.appeal) for one in waiting(tx, scene)] == [("report", None)]
    assert appeal_counts(tx, scene.walkers.id).made == 0
