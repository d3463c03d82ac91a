"""Votes: ours here and elsewhere, and those of other nodes in polls of ours."""

import itertools
import json

import pytest

from federation import documents
from node.arrivals.apply_context import ApplyContext
from node.base.errors import Invalid, NotFound
from node.inbox.handlers import HANDLERS
from node.topics.members.actions import follow
from node.topics.members.activities import receive_follow
from node.topics.members.store import accept_stored, follow_between
from node.topics.notifications.store import notifications
from node.topics.polls.actions import RESULTS_EVERY_S, end_polls, send_results, vote
from node.topics.posts.store import post_by_id, post_by_iri
from node.topics.posts.views import post_view
from node.topics.publishing.actions import delete, publish
from node.topics.publishing.drafts import Draft, PollDraft
from tests.neighbours import NOW, THERE, add_group, add_neighbour, add_person, note, sent

DAY_S = 86_400
APPLYING = ApplyContext(NOW)
POLL = PollDraft(choices=("Friday", "Sunday"), lasts_s=DAY_S)
SEVERAL = PollDraft(choices=("Friday", "Sunday"), lasts_s=DAY_S, is_multiple=True)


def ask(tx, author, poll=POLL, **draft):
    return publish(tx, author, Draft(text="When do we walk?", poll=poll, **draft), NOW)


def ballot(voter, poll, name, **changes):
    vote_note = documents.Post(
        iri=f"{voter.iri}/votes/{name}",
        kind="Note",
        url=f"{voter.iri}/votes/{name}",
        author=voter.iri,
        to=(poll.iri.rpartition("/posts/")[0],),
        in_reply_to=poll.iri,
        title=name,
    )
    return sent(documents.Create, voter, vote_note, **changes)


def receive(tx, activity, context=APPLYING):
    HANDLERS[type(activity)](tx, activity, context)


def numbers(tx, post_id):
    poll = post_by_id(tx, post_id).poll
    return [choice.votes for choice in poll.choices], poll.voters


def sent_of(tx, kind):
    rows = tx.all(
        """
        select e.body, d.inbox from outbox_entry e left join delivery d on d.entry_id = e.id
        where e.kind = :kind order by e.id, d.id
        """,
        kind=kind,
    )
    return [(json.loads(row["body"]), row["inbox"]) for row in rows]


def api_request_of(rose, **changes):
    poll = documents.Poll(
        options=(documents.PollOption("Tea", 4), documents.PollOption("Soup", 1)),
        multiple=False,
        ends_at=NOW + DAY_S,
        voters=5,
    )
    return note(rose, "Tea or soup?", kind="Question", poll=poll, **changes)


def followed(tx, ann, rose):
    follow(tx, ann, rose, NOW)
    accept_stored(tx, follow_between(tx, ann.id, rose.id).id, NOW)


def test_a_poll_goes_out_as_a_question_with_its_choices_and_its_end(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    receive_follow(tx, sent(documents.Follow, rose, ann.iri), APPLYING)

    ask(tx, ann)

    ((create, _),) = sent_of(tx, "Create")
    question = create["object"]
    assert question["type"] == "Question"
    assert [(one["name"], one["replies"]["totalItems"]) for one in question["oneOf"]] == [
        ("Friday", 0),
        ("Sunday", 0),
    ]
    assert question["endTime"] == "2027-01-16T08:00:00Z"
    assert question["votersCount"] == 0
    assert "closed" not in question


def test_a_poll_with_several_choices_goes_out_as_any_of(tx):
    ann = add_person(tx, "ann")

    ask(tx, ann, SEVERAL)

    ((create, _),) = sent_of(tx, "Create")
    assert "anyOf" in create["object"]
    assert "oneOf" not in create["object"]


def test_a_member_votes_once_and_sees_what_they_chose(tx):
    ann, ben = add_person(tx, "ann"), add_person(tx, "ben")
    post_id = ask(tx, ann)

    vote(tx, ben, post_id, [1], NOW)
    with pytest.raises(Invalid, match="You have voted"):
        vote(tx, ben, post_id, [0], NOW)

    assert numbers(tx, post_id) == ([0, 1], 1)
    assert post_view(tx, post_id, ben).own_votes == (1,)
    assert post_view(tx, post_id, ann).own_votes == ()


def test_what_is_no_poll_cannot_be_voted_in(tx):
    ann, ben = add_person(tx, "ann"), add_person(tx, "ben")
    post_id = publish(tx, ann, Draft(text="Hello"), NOW)

    with pytest.raises(NotFound):
        vote(tx, ben, post_id, [0], NOW)


@pytest.mark.threat("T82")
def test_a_poll_that_one_may_not_see_looks_like_none_to_its_voters(tx):
    ann, ben = add_person(tx, "ann"), add_person(tx, "ben")
    post_id = ask(tx, ann, visibility="followers")

    with pytest.raises(NotFound):
        vote(tx, ben, post_id, [0], NOW)

    assert numbers(tx, post_id) == ([0, 0], 0)


@pytest.mark.threat("T93")
def test_a_vote_elsewhere_goes_to_the_author_alone_and_has_no_words(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    followed(tx, ann, rose)
    receive(tx, sent(documents.Create, rose, api_request_of(rose)))
    post = post_by_iri(tx, api_request_of(rose).iri)

    vote(tx, ann, post.id, [1], NOW)

    ((create, inbox),) = sent_of(tx, "Create")
    assert inbox == rose.inbox
    assert (create["to"], create["cc"]) == ([rose.iri], [])
    assert create["object"] == {
        "id": f"{create['id']}#vote",
        "type": "Note",
        "name": "Soup",
        "attributedTo": ann.iri,
        "to": [rose.iri],
        "inReplyTo": post.iri,
    }
    assert numbers(tx, post.id) == ([4, 2], 6)


def test_what_the_origin_says_takes_the_place_of_our_own_count(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    followed(tx, ann, rose)
    question = api_request_of(rose)
    receive(tx, sent(documents.Create, rose, question))
    post = post_by_iri(tx, question.iri)
    vote(tx, ann, post.id, [1], NOW)

    receive(tx, sent(documents.Update, rose, question))

    assert numbers(tx, post.id) == ([4, 1], 5)
    assert post_view(tx, post.id, ann).own_votes == (1,)
    assert post_by_id(tx, post.id).edited_at is None


@pytest.mark.threat("T119")
def test_a_vote_of_another_node_counts_once_however_often_it_comes(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    post = post_by_id(tx, ask(tx, ann))

    for number in range(5):
        receive(tx, ballot(rose, post, "Sunday", iri=f"{THERE}/votes/{number}"))

    assert numbers(tx, post.id) == ([0, 1], 1)


@pytest.mark.threat("T119")
@pytest.mark.parametrize("order", list(itertools.permutations(("Friday", "Sunday"))))
def test_in_a_poll_for_one_choice_the_first_vote_counts(tx, order):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    post = post_by_id(tx, ask(tx, ann))

    for name in order:
        receive(tx, ballot(rose, post, name))

    assert numbers(tx, post.id) == ([int(order[0] == "Friday"), int(order[0] == "Sunday")], 1)


def test_in_a_poll_for_several_each_choice_counts_and_the_voter_once(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    post = post_by_id(tx, ask(tx, ann, SEVERAL))

    for name in ("Friday", "Sunday"):
        receive(tx, ballot(rose, post, name))

    assert numbers(tx, post.id) == ([1, 1], 1)


@pytest.mark.parametrize("name", ["Monday", "friday", " Friday"])
def test_a_vote_for_what_is_not_asked_counts_nothing_and_becomes_no_post(tx, name):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    post = post_by_id(tx, ask(tx, ann))

    receive(tx, ballot(rose, post, name))

    assert numbers(tx, post.id) == ([0, 0], 0)
    assert post_by_iri(tx, f"{rose.iri}/votes/{name}") is None


def test_a_vote_that_comes_too_late_counts_nothing(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    post = post_by_id(tx, ask(tx, ann))

    receive(tx, ballot(rose, post, "Friday"), ApplyContext(NOW + DAY_S))

    assert numbers(tx, post.id) == ([0, 0], 0)


@pytest.mark.threat("T82")
def test_a_stranger_cannot_vote_in_a_poll_for_followers(tx):
    ann, rose, reed = add_person(tx, "ann"), add_neighbour(tx, "rose"), add_neighbour(tx, "reed")
    receive_follow(tx, sent(documents.Follow, reed, ann.iri), APPLYING)
    post = post_by_id(tx, ask(tx, ann, visibility="followers"))

    receive(tx, ballot(rose, post, "Friday"))
    receive(tx, ballot(reed, post, "Sunday"))

    assert numbers(tx, post.id) == ([0, 1], 1)


@pytest.mark.threat("T17")
def test_nobody_votes_in_the_name_of_another(tx):
    ann, rose, reed = add_person(tx, "ann"), add_neighbour(tx, "rose"), add_neighbour(tx, "reed")
    post = post_by_id(tx, ask(tx, ann))
    of_reed = ballot(reed, post, "Friday").object

    receive(tx, sent(documents.Create, rose, of_reed))

    assert numbers(tx, post.id) == ([0, 0], 0)


@pytest.mark.threat("T93")
def test_nobody_is_told_who_voted(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    post = post_by_id(tx, ask(tx, ann))

    receive(tx, ballot(rose, post, "Friday"))

    assert notifications(tx, ann.id, 10) == []
    assert post_by_id(tx, post.id).replies_count == 0


def test_results_go_out_once_a_minute_to_voters_too(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    reed = add_neighbour(tx, "reed", "https://mill.example")
    post = post_by_id(tx, ask(tx, ann))
    receive(tx, ballot(rose, post, "Friday"))
    receive(tx, ballot(reed, post, "Sunday"))

    assert send_results(tx, NOW + RESULTS_EVERY_S - 1) == 0
    assert send_results(tx, NOW + RESULTS_EVERY_S) == 1
    assert send_results(tx, NOW + RESULTS_EVERY_S) == 0

    updates = sent_of(tx, "Update")
    assert {inbox for _, inbox in updates} == {f"{THERE}/inbox", "https://mill.example/inbox"}
    question = updates[0][0]["object"]
    assert [one["replies"]["totalItems"] for one in question["oneOf"]] == [1, 1]
    assert question["votersCount"] == 2
    assert "updated" not in question


def test_a_community_passes_the_results_on(tx):
    ann, reed = add_person(tx, "ann"), add_neighbour(tx, "reed")
    walks = add_group(tx, "walks", ann)
    receive_follow(tx, sent(documents.Follow, reed, walks.iri), APPLYING)
    draft = Draft(text="@walks When?", poll=POLL)
    post = post_by_id(tx, publish(tx, ann, draft, NOW))
    vote(tx, add_person(tx, "ben"), post.id, [0], NOW)

    send_results(tx, NOW + RESULTS_EVERY_S)

    announced = [body for body, _ in sent_of(tx, "Announce") if isinstance(body["object"], dict)]
    assert announced[-1]["object"]["type"] == "Update"


def test_at_its_end_a_poll_is_closed_and_those_who_took_part_are_told_once(tx):
    ann, ben, cat = (add_person(tx, name) for name in ("ann", "ben", "cat"))
    rose = add_neighbour(tx, "rose")
    post = post_by_id(tx, ask(tx, ann))
    vote(tx, ben, post.id, [0], NOW)
    receive(tx, ballot(rose, post, "Sunday"))

    assert end_polls(tx, NOW + DAY_S - 1) == 0
    assert end_polls(tx, NOW + DAY_S) == 1
    assert end_polls(tx, NOW + DAY_S) == 0

    told = {one.name: [n.kind for n in notifications(tx, one.id, 10)] for one in (ann, ben, cat)}
    assert told == {"ann": [], "ben": ["poll"], "cat": []}
    question = sent_of(tx, "Update")[-1][0]["object"]
    assert question["closed"] == "2027-01-16T08:00:00Z"
    assert send_results(tx, NOW + DAY_S + RESULTS_EVERY_S) == 0


def test_who_voted_elsewhere_is_told_when_that_poll_ends(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    followed(tx, ann, rose)
    receive(tx, sent(documents.Create, rose, api_request_of(rose)))
    vote(tx, ann, post_by_iri(tx, api_request_of(rose).iri).id, [0], NOW)

    end_polls(tx, NOW + DAY_S)

    assert [one.kind for one in notifications(tx, ann.id, 10)] == ["poll"]
    assert sent_of(tx, "Update") == []


def test_a_deleted_poll_forgets_who_voted_and_never_ends(tx):
    ann, ben = add_person(tx, "ann"), add_person(tx, "ben")
    post_id = ask(tx, ann)
    vote(tx, ben, post_id, [0], NOW)

    delete(tx, ann, post_id, NOW)

    assert tx.all("select post_id from vote") == []
    assert end_polls(tx, NOW + DAY_S) == 0
    assert send_results(tx, NOW + DAY_S) == 0
