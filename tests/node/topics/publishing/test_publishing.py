"""What happens when a member of ours publishes, edits and deletes."""

import pytest

from federation import documents
from node.arrivals.apply_context import ApplyContext
from node.base.errors import Invalid, NotFound
from node.topics.conversations.threads import thread
from node.topics.members.actions import follow
from node.topics.members.activities import receive_follow
from node.topics.notifications.store import notifications
from node.topics.posts.store import post_by_id
from node.topics.posts.views import post_views
from node.topics.publishing.actions import delete, edit, publish
from node.topics.publishing.drafts import Draft
from node.topics.timelines.store import Page, home
from tests.neighbours import NOW, add_group, add_neighbour, add_person, sent

APPLYING = ApplyContext(NOW)


def deliveries(tx):
    rows = tx.all(
        """
        select e.kind, d.inbox from delivery d join outbox_entry e on e.id = d.entry_id
        order by d.id
        """
    )
    return [(row["kind"], row["inbox"]) for row in rows]


def note_receipt(tx, object_iri, host, kind):
    """A node took an activity of ours about the object."""
    tx.run(
        "insert into receipt (object_iri, host, kind, delivered_at)"
        " values (:object_iri, :host, :kind, :now)",
        object_iri=object_iri,
        host=host,
        kind=kind,
        now=NOW,
    )


def homes(tx, reader):
    return [item.post_id for item in home(tx, reader.id, Page())]


def test_a_public_post_stands_in_the_authors_and_the_followers_homes(tx):
    ann, ben, cat = (add_person(tx, name) for name in ("ann", "ben", "cat"))
    follow(tx, ben, ann, NOW)

    post_id = publish(tx, ann, Draft(text="Hello"), NOW)

    assert (homes(tx, ann), homes(tx, ben), homes(tx, cat)) == ([post_id], [post_id], [])


def test_a_public_post_goes_once_to_each_node_of_a_follower(tx):
    ann, rose, reed = add_person(tx, "ann"), add_neighbour(tx, "rose"), add_neighbour(tx, "reed")
    for one in (rose, reed):
        receive_follow(tx, sent(documents.Follow, one, ann.iri), APPLYING)

    publish(tx, ann, Draft(text="Hello"), NOW)

    creates = [inbox for kind, inbox in deliveries(tx) if kind == "Create"]
    assert creates == ["https://valley.example/inbox"]


@pytest.mark.threat("T89")
def test_a_post_to_followers_goes_to_each_personal_inbox(tx):
    ann, rose, reed = add_person(tx, "ann"), add_neighbour(tx, "rose"), add_neighbour(tx, "reed")
    for one in (rose, reed):
        receive_follow(tx, sent(documents.Follow, one, ann.iri), APPLYING)

    publish(tx, ann, Draft(text="Hello", visibility="followers"), NOW)

    creates = {inbox for kind, inbox in deliveries(tx) if kind == "Create"}
    assert creates == {rose.inbox, reed.inbox}


@pytest.mark.threat("T23")
def test_a_message_is_seen_by_those_it_names_and_nobody_else(tx):
    ann, ben, cat = (add_person(tx, name) for name in ("ann", "ben", "cat"))
    follow(tx, cat, ann, NOW)

    post_id = publish(tx, ann, Draft(text="@ben hello", visibility="direct"), NOW)

    seen = [bool(post_views(tx, [post_id], reader)) for reader in (ann, ben, cat, None)]
    assert seen == [True, True, False, False]
    assert [one.kind for one in notifications(tx, ben.id, 10)] == ["mention"]
    assert homes(tx, cat) == []


@pytest.mark.threat("T110")
def test_the_same_idempotency_key_makes_one_post_and_sends_it_once(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    receive_follow(tx, sent(documents.Follow, rose, ann.iri), APPLYING)
    tx.run(
        """
        insert into account (id, actor_id, name, role, language, default_visibility, created_at)
        values (7, :actor_id, 'ann', 'member', 'en', 'public', 1)
        """,
        actor_id=ann.id,
    )

    made = {publish(tx, ann, Draft(text="Hello"), NOW, idempotency=(7, "k")) for _ in range(3)}

    assert len(made) == 1
    assert [kind for kind, _ in deliveries(tx)].count("Create") == 1


@pytest.mark.threat("T98")
def test_an_answer_to_a_message_is_a_message(tx):
    ann, ben = add_person(tx, "ann"), add_person(tx, "ben")
    asked = publish(tx, ann, Draft(text="@ben hello", visibility="direct"), NOW)

    answer = publish(tx, ben, Draft(text="yes", visibility="public", parent_id=asked), NOW)

    assert post_by_id(tx, answer).visibility == "direct"
    assert bool(post_views(tx, [answer], ann))


@pytest.mark.threat("T82")
def test_nobody_answers_a_post_they_cannot_see(tx):
    ann, ben = add_person(tx, "ann"), add_person(tx, "ben")
    hidden = publish(tx, ann, Draft(text="to myself", visibility="direct"), NOW)

    with pytest.raises(NotFound):
        publish(tx, ben, Draft(text="I saw it", parent_id=hidden), NOW)


def test_a_post_that_names_a_community_of_ours_is_boosted_by_it_to_members(tx):
    ann, ben, cat = (add_person(tx, name) for name in ("ann", "ben", "cat"))
    walkers = add_group(tx, "walkers", ann)
    for one in (ben, cat):
        follow(tx, one, walkers, NOW)

    post_id = publish(tx, ben, Draft(text="@walkers Sunday at ten"), NOW)

    shown = home(tx, cat.id, Page())
    assert [(item.post_id, item.booster_id) for item in shown] == [(post_id, walkers.id)]
    assert post_by_id(tx, post_id).community_id == walkers.id


def test_a_community_announces_a_post_twice_and_a_comment_once(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    walkers = add_group(tx, "walkers", ann)
    receive_follow(tx, sent(documents.Follow, rose, walkers.iri), APPLYING)

    post_id = publish(tx, ann, Draft(text="@walkers Sunday"), NOW)
    assert [kind for kind, _ in deliveries(tx)] == ["Accept", "Announce", "Announce"]

    publish(tx, ann, Draft(text="At ten", parent_id=post_id), NOW)
    assert [kind for kind, _ in deliveries(tx)].count("Announce") == 3
    assert tx.one("select count(*) as n from boost")["n"] == 1


def test_an_edit_replaces_the_words_and_goes_to_the_same_nodes(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    receive_follow(tx, sent(documents.Follow, rose, ann.iri), APPLYING)
    post_id = publish(tx, ann, Draft(text="Helo"), NOW)

    edit(tx, ann, post_id, Draft(text="Hello"), NOW + 5)

    post = post_by_id(tx, post_id)
    assert (post.content, post.edited_at) == ("<p>Hello</p>", NOW + 5)
    assert deliveries(tx)[-1] == ("Update", "https://valley.example/inbox")


def test_an_edit_goes_to_every_node_that_was_given_the_post_whoever_gave_it(tx):
    ann = add_person(tx, "ann")
    add_neighbour(tx, "rose")
    post_id = publish(tx, ann, Draft(text="Helo"), NOW)
    note_receipt(tx, post_by_id(tx, post_id).iri, "valley.example", "Announce")

    edit(tx, ann, post_id, Draft(text="Hello"), NOW + 5)

    assert deliveries(tx) == [("Update", "https://valley.example/inbox")]


def test_an_edit_of_what_is_for_some_goes_to_those_it_names_and_named_and_to_no_other(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    add_neighbour(tx, "otto", "https://lemmy.example")
    text = f"@rose@{rose.host} see"
    post_id = publish(tx, ann, Draft(text=text, visibility="followers"), NOW)
    note_receipt(tx, post_by_id(tx, post_id).iri, "lemmy.example", "Announce")

    edit(tx, ann, post_id, Draft(text="never mind"), NOW + 5)

    assert deliveries(tx) == [("Create", rose.inbox), ("Update", rose.inbox)]


def test_nobody_edits_or_deletes_the_post_of_another(tx):
    ann, ben = add_person(tx, "ann"), add_person(tx, "ben")
    post_id = publish(tx, ann, Draft(text="Hello"), NOW)

    with pytest.raises(NotFound):
        edit(tx, ben, post_id, Draft(text="Bye"), NOW)
    with pytest.raises(NotFound):
        delete(tx, ben, post_id, NOW)


def test_a_deleted_post_is_gone_from_homes_notifications_and_threads(tx):
    ann, ben = add_person(tx, "ann"), add_person(tx, "ben")
    follow(tx, ben, ann, NOW)
    post_id = publish(tx, ann, Draft(text="@ben hello"), NOW)

    delete(tx, ann, post_id, NOW)

    assert homes(tx, ben) == []
    assert [one.kind for one in notifications(tx, ben.id, 10)] == []
    with pytest.raises(NotFound):
        thread(tx, post_id, ann)
    row = tx.one("select content, source, title from post where id = :id", id=post_id)
    assert dict(row) == {"content": "", "source": None, "title": None}


def test_a_thread_is_read_from_any_of_its_posts(tx):
    ann = add_person(tx, "ann")
    first = publish(tx, ann, Draft(text="one"), NOW)
    second = publish(tx, ann, Draft(text="two", parent_id=first), NOW)
    third = publish(tx, ann, Draft(text="three", parent_id=second), NOW)

    read = thread(tx, second, ann)

    assert [view.post.id for view in read.ancestors] == [first]
    assert [view.post.id for view in read.descendants] == [third]


def test_an_empty_post_is_refused(tx):
    with pytest.raises(Invalid):
        publish(tx, add_person(tx, "ann"), Draft(text="  "), NOW)


def test_a_text_that_names_more_than_fifty_people_is_refused(tx):
    ann = add_person(tx, "ann")
    for number in range(51):
        add_person(tx, f"p{number}")
    text = " ".join(f"@p{number}" for number in range(51))

    with pytest.raises(Invalid):
        publish(tx, ann, Draft(text=text), NOW)
