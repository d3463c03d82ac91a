"""A block counts for all names of whom it is about, and nobody can tell by it whose they are."""

import pytest

from federation import documents
from node.arrivals.apply_context import ApplyContext
from node.base.errors import NotAllowed, NotFound
from node.inbox.handlers import HANDLERS
from node.topics.actors.store import instance_actor
from node.topics.members.actions import follow
from node.topics.members.blocks import block
from node.topics.members.mutes import mute, mute_of
from node.topics.members.store import follow_between
from node.topics.moderation.ban_store import Ban, put_ban
from node.topics.moderation.node_bans import is_barred_here
from node.topics.notifications.store import notifications, unread_count
from node.topics.posts.recipients import recipients_of
from node.topics.posts.views import post_view, post_views
from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft
from node.topics.reactions.actions import favourite
from node.topics.timelines.store import Page, TagQuestion, home, of_community, of_tag, public
from tests.neighbours import NOW, add_neighbour, add_person, note, sent

pytestmark = pytest.mark.feature("M10")
APPLYING = ApplyContext(NOW)
ALL = ("mention", "follow", "favourite", "follow_request", "join_request", "status")


def say(world, author, text="Hello", **fields):
    return publish(world.tx, author, Draft(text=text, **fields), NOW)


def told(world, reader):
    return [one.kind for one in notifications(world.tx, reader.id, 40, kinds=ALL)]


def homes(world, reader):
    return [item.post_id for item in home(world.tx, reader.id, Page())]


@pytest.fixture
def blocked(world):
    """ann has blocked birch; she does not know rose."""
    birch = world.join("birch")
    block(world.tx, world.ann, birch, NOW)
    return birch


@pytest.mark.threat("T99")
def test_no_other_name_reaches_whoever_blocked_one(world, blocked):
    hers = say(world, world.ann)

    assert recipients_of(world.tx, say(world, world.rose, "@ann Hello")) == []
    assert recipients_of(world.tx, say(world, world.rose, "@ann Psst", visibility="direct")) == []
    for act in (
        lambda: say(world, world.rose, "Yes", parent_id=hers),
        lambda: favourite(world.tx, world.rose, hers, NOW),
    ):
        with pytest.raises(NotFound):
            act()
    with pytest.raises(NotAllowed):
        follow(world.tx, world.rose, world.ann, NOW)

    assert told(world, world.ann) == []


@pytest.mark.threat("T99")
def test_in_a_conversation_that_the_blocker_began_no_other_name_answers(world, blocked):
    ben = add_person(world.tx, "ben")
    asked = say(world, world.ann)
    answer = say(world, ben, "@ann Yes", parent_id=asked)

    with pytest.raises(NotAllowed):
        say(world, world.rose, "Yes, yes", parent_id=answer)


@pytest.mark.threat("T99")
def test_the_blocker_sees_no_difference_in_the_other_names(world, blocked):
    words = say(world, world.rose, "For all")
    follow(world.tx, world.ann, world.rose, NOW)
    later = say(world, world.rose, "For those who follow", visibility="followers")

    assert set(post_views(world.tx, [words, later], world.ann)) == {words, later}
    assert homes(world, world.ann) == [later]
    assert follow_between(world.tx, world.ann.id, world.rose.id).is_accepted


@pytest.mark.threat("T99")
def test_a_notice_by_another_name_is_not_given(world, blocked):
    place = world.found("place", visibility="closed", joining="approval")
    follow(world.tx, world.rose, place, NOW)

    assert told(world, world.ann) == []


def test_a_block_that_came_from_elsewhere_counts_for_all_names(world):
    birch, cat = world.join("birch"), add_neighbour(world.tx, "cat")
    said = sent(documents.Block, cat, birch.iri)
    HANDLERS[documents.Block](world.tx, said, APPLYING)

    say(world, world.rose, f"@{cat.handle} Hello")

    rows = world.tx.all("select inbox from delivery")
    assert [row["inbox"] for row in rows if "cat" in row["inbox"]] == []
    assert "Mention" not in str(world.tx.all("select body from outbox_entry"))
    with pytest.raises(NotAllowed):
        follow(world.tx, world.rose, cat, NOW)


@pytest.mark.threat("T99")
def test_whom_one_blocks_under_one_name_one_does_not_see_under_the_others(world):
    birch, ben = world.join("birch"), add_person(world.tx, "ben")
    follow(world.tx, world.rose, ben, NOW)
    before = say(world, ben, "Before #walks")
    said = say(world, ben, "@walkers Hello")
    assert homes(world, world.rose) == [said, before]

    block(world.tx, birch, ben, NOW)
    after = say(world, ben, "@rose After #walks")

    assert homes(world, world.rose) == []
    assert post_views(world.tx, [before, said, after], world.rose) == {}
    assert told(world, world.rose) == []
    for listed in (
        public(world.tx, world.rose, Page()),
        of_tag(world.tx, TagQuestion(key="walks"), world.rose, Page()),
        of_community(world.tx, world.walkers.id, world.rose, Page()),
    ):
        assert [item.post_id for item in listed] == []


@pytest.mark.threat("T99")
def test_only_the_name_that_blocks_says_so_to_the_other_home(world):
    birch, cat = world.join("birch"), add_neighbour(world.tx, "cat")
    HANDLERS[documents.Create](world.tx, of_cat(cat, birch), APPLYING)

    block(world.tx, birch, cat, NOW)

    rows = world.tx.all("select actor_id, body from outbox_entry")
    assert [row["actor_id"] for row in rows] == [birch.id]
    assert "rose" not in rows[0]["body"]
    follow(world.tx, cat, world.rose, NOW)
    assert follow_between(world.tx, cat.id, world.rose.id).is_accepted


def of_cat(cat, birch):
    post = note(cat, "Hello birch", to=(documents.PUBLIC, birch.iri))
    return sent(documents.Create, cat, post)


def test_whom_one_mutes_under_one_name_one_does_not_hear_under_the_others(world):
    birch, ben = world.join("birch"), add_person(world.tx, "ben")
    follow(world.tx, world.rose, ben, NOW)
    said = say(world, ben, "@rose Hello")
    assert homes(world, world.rose) == [said]
    assert unread_count(world.tx, world.rose.id, 10) == 1

    mute(world.tx, birch, ben, mute_of(0, NOW, hides_notifications=True), NOW)
    say(world, ben, "@rose And again")

    assert homes(world, world.rose) == []
    assert told(world, world.rose) == []
    assert unread_count(world.tx, world.rose.id, 10) == 0
    assert post_view(world.tx, said, world.rose).is_muted
    assert [item.post_id for item in public(world.tx, world.rose, Page())] == []


@pytest.mark.threat("T97")
def test_who_is_shut_out_of_the_node_under_one_name_is_so_under_all(world):
    birch = world.join("birch")
    put_ban(world.tx, instance_actor(world.tx).id, Ban(birch.id, NOW + 10, None, 0), NOW)

    assert is_barred_here(world.tx, birch, NOW)
    assert is_barred_here(world.tx, world.rose, NOW)
    assert not is_barred_here(world.tx, world.ann, NOW)
