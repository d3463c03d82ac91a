"""A post names a community elsewhere: it stands there once that community has announced it."""

from dataclasses import replace

import pytest

from federation import documents
from node.topics.posts.store import post_by_iri
from node.topics.timelines.store import Page, of_community
from tests.neighbours import add_neighbour, note, sent
from tests.node.topics.moderation.scenes import announced, receive, theirs


def listed(tx, group):
    return [item.post_id for item in of_community(tx, group.id, None, Page())]


def in_the_name_of(group, author, text="Buy pills", **changes):
    """What `author` says is for a community, and names somebody of ours in."""
    to = (documents.PUBLIC, group.iri)
    return note(author, text, to=to, audience=group.iri, **changes)


@pytest.mark.threat("T109")
@pytest.mark.threat("T147")
def test_a_post_stands_in_a_community_elsewhere_only_once_that_has_announced_it(tx):
    scene = theirs(tx)
    before = listed(tx, scene.valley)
    mal = add_neighbour(tx, "mal", "https://liar.example")
    document = in_the_name_of(scene.valley, mal)
    document = replace(
        document, cc=(scene.ann.iri,), mentions=(documents.Mention(scene.ann.iri, ""),)
    )

    receive(tx, sent(documents.Create, mal, document))

    post = post_by_iri(tx, document.iri)
    assert post is not None
    assert post.community_id is None
    assert listed(tx, scene.valley) == before

    receive(tx, announced(scene.valley, sent(documents.Create, mal, document.iri)))

    assert post_by_iri(tx, document.iri).community_id == scene.valley.id
    assert listed(tx, scene.valley) == [post.id, *before]


@pytest.mark.threat("T109")
def test_one_that_another_community_announces_does_not_stand_in_the_one_it_names(tx):
    scene = theirs(tx)
    mal = add_neighbour(tx, "mal", "https://liar.example")
    gang = add_neighbour(tx, "gang", "https://liar.example", kind="Group")
    document = in_the_name_of(scene.valley, mal, cc=(scene.ann.iri,))
    receive(tx, sent(documents.Create, mal, document))

    receive(tx, announced(gang, sent(documents.Create, mal, document.iri)))

    assert post_by_iri(tx, document.iri).community_id is None


def test_what_answers_in_a_community_belongs_with_the_conversation(tx):
    scene = theirs(tx)
    document = in_the_name_of(scene.valley, scene.rose, "I agree", in_reply_to=scene.post.iri)

    receive(tx, sent(documents.Create, scene.rose, document))

    assert post_by_iri(tx, document.iri).community_id == scene.valley.id


@pytest.mark.threat("T120")
def test_what_the_community_removed_before_it_came_is_hidden_when_it_comes(tx):

    scene = theirs(tx)
    document = in_the_name_of(scene.valley, scene.rose, cc=(scene.ann.iri,))
    gone = sent(documents.Delete, scene.valley, document.iri, summary="off topic")
    receive(tx, announced(scene.valley, gone), fetched={document.iri: "failed"})

    receive(tx, sent(documents.Create, scene.rose, document))

    assert post_by_iri(tx, document.iri) is None
