"""What is said by a moderator: shown so if its author marks it so, and is one (Lemmy)."""

import pytest

from federation import documents
from node.topics.communities.store import put_role
from node.topics.moderation.group_moderators import put_group_moderator
from node.topics.permissions.rules import Role
from node.topics.posts.store import post_by_iri
from node.topics.posts.views import post_view
from tests.neighbours import NOW, add_group, add_neighbour, add_person, note, sent
from tests.node.topics.moderation.scenes import add_valley, fetch_announced, receive


def said(tx, author, group, **changes):
    """What somebody wrote in a community elsewhere, as it is shown."""
    document = note(author, to=(group.iri, documents.PUBLIC), audience=group.iri, **changes)
    fetch_announced(tx, group, author, document)
    return post_view(tx, post_by_iri(tx, document.iri).id, None)


def test_a_moderator_of_the_community_says_it_as_one(tx):
    valley, otto = add_valley(tx), add_neighbour(tx, "otto", "https://lemmy.example")
    put_group_moderator(tx, valley.id, otto.iri, NOW)

    assert said(tx, otto, valley, distinguished=True).by_moderator


def test_what_a_moderator_says_without_marking_it_is_said_by_them_alone(tx):
    valley, otto = add_valley(tx), add_neighbour(tx, "otto", "https://lemmy.example")
    put_group_moderator(tx, valley.id, otto.iri, NOW)

    assert not said(tx, otto, valley).by_moderator


@pytest.mark.threat("T24")
def test_who_only_says_to_be_one_is_not_shown_as_one(tx):
    valley, rose = add_valley(tx), add_neighbour(tx, "rose")
    other = add_neighbour(
        tx, "hill", "https://lemmy.example", kind="Group", moderators="https://lemmy.example/m"
    )
    put_group_moderator(tx, other.id, rose.iri, NOW)

    assert not said(tx, rose, valley, distinguished=True).by_moderator


@pytest.mark.parametrize(("role", "shown"), [(Role.MODERATOR, True), (Role.MEMBER, False)])
def test_in_a_community_of_ours_our_own_roles_decide(tx, role, shown):
    ann, mia = add_person(tx, "ann"), add_neighbour(tx, "mia")
    walks = add_group(tx, "walks", ann)
    put_role(tx, walks.id, mia.id, role, NOW)
    document = note(mia, to=(walks.iri, documents.PUBLIC), audience=walks.iri, distinguished=True)

    receive(tx, sent(documents.Create, mia, document))

    assert post_view(tx, post_by_iri(tx, document.iri).id, ann).by_moderator is shown


def test_an_edit_marks_it_and_takes_the_mark_back(tx):
    valley, otto = add_valley(tx), add_neighbour(tx, "otto", "https://lemmy.example")
    put_group_moderator(tx, valley.id, otto.iri, NOW)
    said(tx, otto, valley)

    assert said(tx, otto, valley, distinguished=True, updated=NOW + 1).by_moderator
    assert not said(tx, otto, valley, updated=NOW + 2).by_moderator
