"""What of a conversation is missing here, and when it is fetched."""

import pytest

from federation import documents
from federation.limits import CONVERSATION_AGAIN_S
from node.arrivals.apply_context import ApplyContext
from node.arrivals.fetch_tasks import settle_task, take_task
from node.base.errors import Missing
from node.inbox.handlers import receive_announce
from node.topics.conversations.missing import Part, fetch_parts, missing_parts
from node.topics.members.actions import follow
from node.topics.members.store import accept_stored, follow_between
from node.topics.posts.store import post_by_id, post_by_iri
from node.topics.publishing.actions import publish
from node.topics.publishing.activities import receive_create
from node.topics.publishing.drafts import Draft
from node.topics.publishing.receive import store_fetched_post
from tests.neighbours import NOW, THERE, add_group, add_neighbour, add_person, note, sent

APPLYING = ApplyContext(NOW)
HILL = "https://hill.example"


def followed_by_ann(tx, name="rose", **changes):
    ann, other = add_person(tx, "ann"), add_neighbour(tx, name, **changes)
    follow(tx, ann, other, NOW)
    accept_stored(tx, follow_between(tx, ann.id, other.id).id, NOW)
    return ann, other


def stored(tx, document):
    return post_by_id(tx, store_fetched_post(tx, document, NOW))


def tasks(tx):
    """What waits, but for questions by what handle somebody goes."""
    rows = tx.all(
        """
        select kind, iri from fetch_task where settled_at is null and kind <> 'handle' order by id
        """
    )
    return [(row["kind"], row["iri"]) for row in rows]


def chain(author, length):
    """So many notes, each an answer to the one before."""
    notes = [note(author, "note 0")]
    for number in range(1, length):
        notes.append(note(author, f"note {number}", in_reply_to=notes[-1].iri))
    return notes


def apply(tx, author, document, kept):
    """Receive a post as the inbox does: what is missing is stored, if it is in `kept`, and again.

    What was asked for, in order.
    """
    fetched = {}
    while True:
        try:
            receive_create(tx, sent(documents.Create, author, document), ApplyContext(NOW, fetched))
        except Missing as missing:
            (iri,) = missing.iris
            fetched[iri] = "stored" if iri in kept else "failed"
            if iri in kept:
                store_fetched_post(tx, kept[iri], NOW)
        else:
            return list(fetched)


@pytest.mark.threat("T45")
def test_a_message_is_fetched_for_three_posts_upwards_and_no_more(tx):
    _, rose = followed_by_ann(tx)
    notes = chain(rose, 10)

    asked = apply(tx, rose, notes[-1], {one.iri: one for one in notes[:-1]})

    assert asked == [one.iri for one in notes[-2:-5:-1]]
    assert ("parents", notes[-5].iri) in tasks(tx)


def test_a_parent_that_cannot_be_had_does_not_keep_a_post_away(tx):
    _, rose = followed_by_ann(tx)
    notes = chain(rose, 2)

    asked = apply(tx, rose, notes[1], {})

    assert asked == [notes[0].iri]
    assert post_by_iri(tx, notes[1].iri).parent_id is None
    assert ("parents", notes[0].iri) in tasks(tx)


@pytest.mark.threat("T45")
def test_for_a_stranger_nothing_is_fetched_later(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    notes = chain(rose, 10)
    named = (documents.Mention(ann.iri, "@ann"),)
    last = note(rose, "Hi", in_reply_to=notes[-1].iri, mentions=named, cc=(ann.iri,))

    asked = apply(tx, rose, last, {one.iri: one for one in notes})

    assert len(asked) == 3
    assert tasks(tx) == []


@pytest.mark.feature("F10")
def test_an_answer_into_a_followed_conversation_completes_it(tx):
    _, rose = followed_by_ann(tx)
    reed = add_neighbour(tx, "reed", HILL)
    root = note(rose)
    stored(tx, root)

    apply(tx, reed, note(reed, "An answer", in_reply_to=root.iri), {})

    assert tasks(tx) == [("answers", root.iri)]


def test_a_post_that_answers_nothing_completes_nothing(tx):
    _, rose = followed_by_ann(tx)

    apply(tx, rose, note(rose), {})

    assert tasks(tx) == []


@pytest.mark.feature("F10")
def test_an_answer_that_a_community_passes_on_completes_its_conversation(tx):
    _, group = followed_by_ann(tx, "walks", kind="Group")
    rose = add_neighbour(tx, "rose")
    root, answer = chain(rose, 2)
    stored(tx, root)
    stored(tx, answer)
    create = sent(documents.Create, rose, answer.iri)

    receive_announce(tx, sent(documents.Announce, group, create), APPLYING)

    assert tasks(tx) == [("answers", root.iri)]


def test_what_a_conversation_hangs_below_is_missing_and_so_are_its_answers(tx):
    rose = add_neighbour(tx, "rose")
    notes = chain(rose, 3)
    here = stored(tx, notes[2])

    assert [(one.kind, one.iri) for one in missing_parts(tx, here, NOW)] == [
        ("parents", notes[1].iri),
        ("answers", notes[2].iri),
    ]


def test_where_a_conversation_began_here_the_homes_of_its_answers_are_asked(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    root = post_by_id(tx, publish(tx, ann, Draft(text="Hello"), NOW))
    answer = stored(tx, note(rose, in_reply_to=root.iri))

    assert [(one.kind, one.iri) for one in missing_parts(tx, root, NOW)] == [
        ("answers", answer.iri)
    ]


@pytest.mark.threat("T81")
@pytest.mark.parametrize("to", [(f"{THERE}/people/rose/followers",), ()])
def test_no_home_is_asked_about_a_post_that_is_not_for_everybody(tx, to):
    rose = add_neighbour(tx, "rose")
    here = stored(tx, note(rose, to=to, cc=(), in_reply_to=f"{HILL}/notes/1"))

    assert missing_parts(tx, here, NOW) == []


def test_what_was_asked_lately_is_not_missing(tx):
    rose = add_neighbour(tx, "rose")
    here = stored(tx, note(rose))
    fetch_parts(tx, missing_parts(tx, here, NOW), NOW)
    waiting = missing_parts(tx, here, NOW)
    for _ in ("handle", "answers"):
        task, _ = take_task(tx, NOW)
        settle_task(tx, task, NOW)

    assert waiting == []
    assert missing_parts(tx, here, NOW + CONVERSATION_AGAIN_S - 1) == []
    assert missing_parts(tx, here, NOW + CONVERSATION_AGAIN_S) == [
        Part("answers", here.iri, CONVERSATION_AGAIN_S)
    ]


@pytest.mark.threat("T107")
def test_an_announce_is_never_announced_by_a_community_of_ours(tx):
    ann, rose = followed_by_ann(tx)
    walks, talks = add_group(tx, "walks", ann), add_group(tx, "talks", ann)
    other = add_neighbour(tx, "others", kind="Group")
    follow(tx, ann, other, NOW)
    accept_stored(tx, follow_between(tx, ann.id, other.id).id, NOW)
    post = note(rose, to=(documents.PUBLIC, walks.iri), cc=(talks.iri,), audience=walks.iri)
    create = sent(documents.Create, rose, post)
    receive_create(tx, create, ApplyContext(NOW, verbatim={"type": "Create"}))
    once = announces(tx)

    for group in (other, rose):
        receive_announce(tx, sent(documents.Announce, group, post.iri), APPLYING)
        create = sent(documents.Create, rose, post.iri)
        receive_announce(tx, sent(documents.Announce, group, create), APPLYING)
    for number in range(5):
        again = sent(documents.Create, rose, post, iri=f"{THERE}/creates/{number}")
        receive_create(tx, again, ApplyContext(NOW, verbatim={"type": "Create"}))

    assert {actor for actor, _ in once} == {walks.id}
    assert announces(tx) == once


def announces(tx):
    rows = tx.all("select actor_id, iri from outbox_entry where kind = 'Announce' order by id")
    return [(row["actor_id"], row["iri"]) for row in rows]
