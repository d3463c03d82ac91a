"""Who is told of a post of another node, and who may read it, when it says so in unusual places."""

from dataclasses import replace
from pathlib import Path

import pytest

from federation import documents
from federation.documents import read_activity
from federation.origin import trusted_parts
from federation.strictjson import read_json
from node.arrivals.apply_context import ApplyContext
from node.inbox.handlers import HANDLERS
from node.topics.members.actions import follow
from node.topics.members.store import accept_stored, follow_between
from node.topics.notifications.store import notifications
from node.topics.posts.store import post_by_iri
from node.topics.posts.views import post_views
from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft, PollDraft
from node.topics.publishing.receive import store_fetched_post
from node.topics.timelines.store import Page, home
from tests.neighbours import NOW, add_group, add_neighbour, add_person, note, sent

WIRE = Path(__file__).parents[3] / "wire"
CHOICES = ("Friday", "Sunday")


def receive(tx, activity, *inboxes):
    context = ApplyContext(NOW, verbatim={"type": "Create"}, inboxes=inboxes)
    HANDLERS[type(activity)](tx, activity, context)


def told(tx, person):
    return [one.post_id for one in notifications(tx, person.id, 10, kinds=["mention"])]


@pytest.mark.parametrize("field", ["to", "cc"])
def test_who_is_addressed_without_a_mention_is_told(tx, field):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    post = note(rose, **{field: (documents.PUBLIC, ann.iri)})

    receive(tx, sent(documents.Create, rose, post))

    assert told(tx, ann) == [post_by_iri(tx, post.iri).id]


@pytest.mark.parametrize(("follows", "count"), [(True, 1), (False, 0)])
def test_whose_post_is_answered_for_followers_is_told_if_they_follow(tx, follows, count):
    ann, ben, rose = add_person(tx, "ann"), add_person(tx, "ben"), add_neighbour(tx, "rose")
    for one in (ann, ben) if follows else (ben,):
        follow(tx, one, rose, NOW)
        accept_stored(tx, follow_between(tx, one.id, rose.id).id, NOW)
    asked = publish(tx, ann, Draft(text="Anybody there?"), NOW)
    iri = tx.one("select iri from post where id = :id", id=asked)["iri"]
    answer = note(rose, "Yes", to=(rose.followers,), cc=(), in_reply_to=iri)

    receive(tx, sent(documents.Create, rose, answer))

    assert len(told(tx, ann)) == count


def create_of(rose, note_fields, **create_fields):
    value = {
        "id": f"{rose.iri}/c/1",
        "type": "Create",
        "actor": rose.iri,
        "object": {
            "id": f"{rose.iri}/n/1",
            "type": "Note",
            "attributedTo": rose.iri,
            "content": "<p>Hello</p>",
        }
        | note_fields,
    }
    return trusted_parts(read_activity(value | create_fields))


@pytest.mark.parametrize("nothing", [{}, {"to": None, "cc": None}, {"to": [], "cc": []}])
def test_whom_a_post_is_for_may_stand_on_the_create_alone(tx, nothing):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    follow(tx, ann, rose, NOW)
    accept_stored(tx, follow_between(tx, ann.id, rose.id).id, NOW)

    receive(tx, create_of(rose, nothing, to=[documents.PUBLIC], cc=[rose.followers]))

    (item,) = home(tx, ann.id, Page())
    assert post_by_iri(tx, f"{rose.iri}/n/1").visibility == "public"
    assert item.post_id == post_by_iri(tx, f"{rose.iri}/n/1").id


@pytest.mark.threat("T90")
def test_what_a_post_says_of_whom_it_is_for_is_made_no_wider_by_its_create(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")

    receive(tx, create_of(rose, {"to": [ann.iri]}, to=[documents.PUBLIC]))

    assert post_by_iri(tx, f"{rose.iri}/n/1").visibility == "direct"


@pytest.mark.threat("T90")
def test_what_names_nobody_is_for_those_to_whose_own_inboxes_it_came_and_nobody_else(tx):
    ann, ben, rose = add_person(tx, "ann"), add_person(tx, "ben"), add_neighbour(tx, "rose")
    for one in (ann, ben):
        follow(tx, one, rose, NOW)
        accept_stored(tx, follow_between(tx, one.id, rose.id).id, NOW)
    create = create_of(rose, {"to": [], "cc": []}, to=[], cc=[])

    receive(tx, create, "ann")

    post = post_by_iri(tx, f"{rose.iri}/n/1")
    assert told(tx, ann) == [post.id]
    assert post.id in post_views(tx, [post.id], ann)
    assert post_views(tx, [post.id], ben) == {}

    receive(tx, create, "ben", "ann")
    assert post.id in post_views(tx, [post.id], ben)
    assert told(tx, ann) == [post.id]


@pytest.mark.parametrize("name", ["piefed/create_chat_message", "pleroma/create_chat_message"])
def test_a_chat_message_is_a_message(tx, name):
    rose = add_person(tx, "rose")
    create = trusted_parts(read_activity(read_json((WIRE / f"{name}.json").read_bytes())))
    author = add_neighbour(tx, "noor", create.actor.partition("/u")[0], iri=create.actor)
    everybody = replace(create.object, to=(*create.object.to, documents.PUBLIC))

    receive(tx, replace(create, object=everybody))

    post = post_by_iri(tx, create.object.iri)
    assert (post.visibility, post.author_id) == ("direct", author.id)
    assert told(tx, rose) == [post.id]


@pytest.mark.parametrize(
    ("name", "author", "votes"),
    [
        ("snac/create_vote", "https://snac.example/ines", [1, 0]),
        ("gotosocial/create_votes", "https://gotosocial.example/users/ines", [1, 1]),
    ],
)
def test_a_vote_counts_though_it_has_content_or_comes_with_others(tx, name, author, votes):
    rose = add_person(tx, "rose")
    origin = author[: author.index("example") + 7]
    add_neighbour(tx, "ines", origin, iri=author)
    draft = Draft(text="When?", poll=PollDraft(choices=CHOICES, lasts_s=600, is_multiple=True))
    asked = publish(tx, rose, draft, NOW)
    iri = "https://group.example/posts/0a"
    tx.run("update post set iri = :iri where id = :id", iri=iri, id=asked)

    for _ in range(2):
        receive(tx, trusted_parts(read_activity(read_json((WIRE / f"{name}.json").read_bytes()))))

    poll = post_by_iri(tx, iri).poll
    assert [one.votes for one in poll.choices] == votes
    assert poll.voters == 1
    assert told(tx, rose) == []


def test_an_answer_for_everybody_is_no_vote_though_it_is_named_like_a_choice(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    draft = Draft(text="When?", poll=PollDraft(choices=CHOICES, lasts_s=600))
    iri = tx.one("select iri from post where id = :id", id=publish(tx, ann, draft, NOW))["iri"]
    answer = note(rose, "Friday suits me", title="Friday", in_reply_to=iri)

    receive(tx, sent(documents.Create, rose, answer))

    assert told(tx, ann) == [post_by_iri(tx, answer.iri).id]
    assert [one.votes for one in post_by_iri(tx, iri).poll.choices] == [0, 0]


def announces(tx):
    rows = tx.all("select body from outbox_entry where kind = 'Announce' order by id")
    return len(rows)


@pytest.mark.feature("C05")
@pytest.mark.parametrize("is_answer", [False, True])
def test_what_was_fetched_before_it_was_sent_is_passed_on_by_its_community_once(tx, is_answer):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    walkers = add_group(tx, "walkers", ann)
    first = publish(tx, ann, Draft(text="@walkers@group.example Where to?"), NOW)
    above = tx.one("select iri from post where id = :id", id=first)["iri"]
    before = announces(tx)
    post = note(
        rose,
        "To the mill",
        to=(documents.PUBLIC, walkers.iri),
        audience=walkers.iri,
        in_reply_to=above if is_answer else None,
    )
    store_fetched_post(tx, post, NOW)
    assert announces(tx) == before

    for number in range(3):
        create = sent(documents.Create, rose, post, iri=f"{rose.iri}/create/{number}")
        receive(tx, create)

    assert announces(tx) - before == (1 if is_answer else 2)
