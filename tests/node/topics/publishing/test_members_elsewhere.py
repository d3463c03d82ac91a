"""What is said behind the door of a community elsewhere, at the node of a member, and what people
elsewhere say in a closed one of ours: who brings it, who is believed, who sees it."""

from dataclasses import replace

import pytest

from federation import documents
from node.arrivals.apply_context import ApplyContext
from node.base.errors import NotAllowed
from node.inbox.handlers import HANDLERS
from node.topics.actors.store import local_actor
from node.topics.communities.permissions import is_known_to
from node.topics.communities.store import put_member
from node.topics.members.actions import Founding, follow, found_community, take_yes
from node.topics.members.activities import receive_follow
from node.topics.members.answers import accept_follow, reject_follow
from node.topics.members.store import follow_between
from node.topics.permissions.rules import Role
from node.topics.polls.actions import vote
from node.topics.posts.store import post_by_iri
from node.topics.posts.views import post_views
from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft
from node.topics.publishing.receive import store_fetched_post
from node.topics.timelines.store import Page, home
from tests.neighbours import KEYS, NOW, ORIGIN, THERE, add_neighbour, add_person, note, sent

MOOR = "https://moor.example"


@pytest.fixture
def circle(tx):
    """A closed community of valley.example; rose of ours belongs to it, tilda does not."""
    group = add_neighbour(tx, "circle", kind="Group", approves_followers=True)
    rose = add_person(tx, "rose")
    add_person(tx, "tilda")
    follow(tx, rose, group, NOW)
    take_yes(tx, follow_between(tx, rose.id, group.id), group, NOW)
    return group


def behind(group, author, text="Between us", **changes):
    to = (group.iri, f"{group.iri}/followers")
    return note(author, text, to=to, cc=(), audience=group.iri, **changes)


def passed_on(group, post, kind=documents.Create, is_proven=False, **fields):
    author = replace(group, iri=post.author)
    inner = sent(kind, author, post, to=post.to, cc=post.cc, **fields)
    announce = sent(documents.Announce, group, inner)
    context = ApplyContext(NOW, {}, proven=(inner,) if is_proven else ())
    return announce, context


def receive(tx, announce, context=None):
    HANDLERS[type(announce)](tx, announce, context or ApplyContext(NOW))


def seen_by(tx, post, reader):
    return post.id in post_views(tx, [post.id], reader)


@pytest.mark.threat("T23")
@pytest.mark.feature("F13")
def test_what_a_closed_community_elsewhere_passes_on_is_for_our_members_of_it_alone(tx, circle):
    rose, tilda = person(tx, "rose"), person(tx, "tilda")
    add = behind(circle, add_neighbour(tx, "ann"))

    receive(tx, *passed_on(circle, add))

    post = post_by_iri(tx, add.iri)
    assert (post.visibility, post.community_id) == ("members", circle.id)
    assert seen_by(tx, post, rose)
    assert not seen_by(tx, post, tilda)
    assert not seen_by(tx, post, None)
    assert [one.post_id for one in home(tx, rose.id, Page())] == [post.id]
    assert home(tx, tilda.id, Page()) == []


def person(tx, name):
    return local_actor(tx, "Person", name)


@pytest.mark.threat("T22")
@pytest.mark.feature("F13")
def test_who_has_only_asked_reads_nothing_of_it(tx, circle):
    tilda = person(tx, "tilda")
    follow(tx, tilda, circle, NOW)
    post = behind(circle, add_neighbour(tx, "ann"))

    receive(tx, *passed_on(circle, post))

    assert not seen_by(tx, post_by_iri(tx, post.iri), tilda)
    assert home(tx, tilda.id, Page()) == []


@pytest.mark.threat("T97")
@pytest.mark.feature("F13")
def test_who_is_let_go_reads_nothing_of_it_from_then_on(tx, circle):
    rose = person(tx, "rose")
    post = behind(circle, add_neighbour(tx, "ann"))
    receive(tx, *passed_on(circle, post))
    held = follow_between(tx, rose.id, circle.id)
    asked = documents.Follow(iri=held.iri, actor=rose.iri, object=circle.iri)

    receive(tx, sent(documents.Reject, circle, asked))

    assert not seen_by(tx, post_by_iri(tx, post.iri), rose)
    assert home(tx, rose.id, Page()) == []


@pytest.mark.threat("T98")
@pytest.mark.feature("F13")
def test_what_everybody_may_read_is_not_taken_from_behind_a_door(tx, circle):
    ann = add_neighbour(tx, "ann")
    wide = note(ann, "For all", to=(circle.iri, documents.PUBLIC), audience=circle.iri)

    with pytest.raises(NotAllowed):
        receive(tx, *passed_on(circle, wide))

    assert post_by_iri(tx, wide.iri) is None


@pytest.mark.threat("T98")
@pytest.mark.feature("F13")
def test_what_is_for_members_is_not_taken_from_a_community_without_a_door(tx):
    rose, group = add_person(tx, "rose"), add_neighbour(tx, "square", kind="Group")
    follow(tx, rose, group, NOW)
    take_yes(tx, follow_between(tx, rose.id, group.id), group, NOW)
    post = behind(group, add_neighbour(tx, "ann"))

    with pytest.raises(NotAllowed):
        receive(tx, *passed_on(group, post))

    assert post_by_iri(tx, post.iri) is None


@pytest.mark.threat("T16")
@pytest.mark.feature("F13")
def test_of_a_third_node_the_authors_proof_tells_who_said_it_and_nobody_is_asked(tx, circle):
    cat = add_neighbour(tx, "cat", MOOR)
    post = behind(circle, cat)

    with pytest.raises(NotAllowed):
        receive(tx, *passed_on(circle, post))
    assert post_by_iri(tx, post.iri) is None

    receive(tx, *passed_on(circle, post, is_proven=True))
    assert post_by_iri(tx, post.iri).visibility == "members"


@pytest.mark.threat("T109")
@pytest.mark.feature("F13")
def test_what_the_community_does_not_bring_does_not_come_to_stand_in_it(tx, circle):
    rose, cat = person(tx, "rose"), add_neighbour(tx, "cat", MOOR)
    follow(tx, rose, cat, NOW)
    take_yes(tx, follow_between(tx, rose.id, cat.id), cat, NOW)
    post = behind(circle, cat)

    with pytest.raises(NotAllowed):
        receive(tx, sent(documents.Create, cat, post), ApplyContext(NOW, inboxes=("rose",)))
    with pytest.raises(NotAllowed):
        store_fetched_post(tx, post, NOW)

    assert post_by_iri(tx, post.iri) is None


@pytest.mark.threat("T98", "T148")
@pytest.mark.feature("F13")
def test_an_edit_leaves_it_with_the_members_whatever_it_says_and_takes_no_notice_away(tx, circle):
    rose, ann = person(tx, "rose"), add_neighbour(tx, "ann")
    post = behind(circle, ann)
    receive(tx, *passed_on(circle, post))
    tx.run(
        """
        insert into notification (id, reader_id, kind, from_id, post_id, created_at)
        values (1, :reader, 'mention', :ann, :post, 1)
        """,
        reader=rose.id,
        ann=ann.id,
        post=post_by_iri(tx, post.iri).id,
    )
    edit = replace(post, content="<p>Anew</p>", updated=NOW, to=(documents.PUBLIC,))

    receive(
        tx,
        *passed_on(
            circle, replace(post, content="<p>Once</p>", updated=NOW - 9), kind=documents.Update
        ),
    )
    assert tx.one("select count(*) as n from notification where kind = 'mention'")["n"] == 1
    receive(tx, *passed_on(circle, edit, kind=documents.Update))

    held = post_by_iri(tx, post.iri)
    assert (held.visibility, held.content) == ("members", "<p>Anew</p>")


@pytest.fixture
def hollow(tx):
    """A closed community of ours for people of other nodes too, which ann of valley.example asked
    to join and dee organises."""
    dee = add_person(tx, "dee")
    founding = Founding(
        origin=ORIGIN,
        name="hollow",
        title="Hollow",
        visibility="closed",
        joining="approval",
        elsewhere=True,
    )
    return found_community(tx, founding, dee, KEYS, NOW)


def ask(tx, group, who):
    asked = documents.Follow(iri=f"{who.iri}/follows/1", actor=who.iri, object=group.iri)
    receive_follow(tx, asked, ApplyContext(NOW))


def deliveries(tx):
    rows = tx.all(
        """
        select d.inbox, e.kind, e.body from delivery d join outbox_entry e on e.id = d.entry_id
        where e.kind = 'Announce' order by d.inbox
        """
    )
    return [row["inbox"] for row in rows]


@pytest.mark.threat("T89")
@pytest.mark.feature("F13", "C11")
def test_what_an_approved_member_elsewhere_says_goes_to_one_member_of_each_node(tx, hollow):
    ann, bob, cat = (
        add_neighbour(tx, "ann"),
        add_neighbour(tx, "bob"),
        add_neighbour(tx, "cat", MOOR),
    )
    for who in (ann, bob, cat):
        ask(tx, hollow, who)
        accept_follow(tx, hollow, who, NOW)
    post = behind(hollow, cat)
    create = sent(documents.Create, cat, post, to=post.to)

    receive(tx, create, ApplyContext(NOW, verbatim={"id": create.iri, "type": "Create"}))

    assert post_by_iri(tx, post.iri).visibility == "members"
    assert deliveries(tx) == [cat.inbox, ann.inbox]


@pytest.mark.threat("T22", "T109")
@pytest.mark.feature("F13", "C11")
@pytest.mark.parametrize("state", ["stranger", "waiting", "let go"])
def test_who_is_no_member_says_nothing_in_a_closed_community(tx, hollow, state):
    ann = add_neighbour(tx, "ann")
    if state != "stranger":
        ask(tx, hollow, ann)
    if state == "let go":
        accept_follow(tx, hollow, ann, NOW)
        reject_follow(tx, hollow, ann, NOW)
    post = behind(hollow, ann)

    with pytest.raises(NotAllowed):
        receive(tx, sent(documents.Create, ann, post), ApplyContext(NOW, verbatim={"id": "x"}))

    assert post_by_iri(tx, post.iri) is None


@pytest.mark.threat("T98")
@pytest.mark.feature("F13")
def test_a_public_answer_to_what_was_said_behind_a_door_is_not_taken(tx, hollow):
    ann, dee = add_neighbour(tx, "ann"), person(tx, "dee")
    ask(tx, hollow, ann)
    accept_follow(tx, hollow, ann, NOW)
    begun = publish(tx, dee, Draft(text="@hollow A quiet word"), NOW)
    iri = tx.one("select iri from post where id = :id", id=begun)["iri"]
    answer = note(ann, "Loudly", in_reply_to=iri, to=(documents.PUBLIC, hollow.iri))

    with pytest.raises(NotAllowed):
        receive(tx, sent(documents.Create, ann, answer), ApplyContext(NOW, verbatim={"id": "x"}))


@pytest.mark.threat("T88")
@pytest.mark.feature("F13")
def test_a_hidden_community_elsewhere_is_known_to_those_alone_who_have_to_do_with_it(tx):
    rose, tilda = add_person(tx, "rose"), add_person(tx, "tilda")
    group = add_neighbour(tx, "burrow", kind="Group", approves_followers=True, discoverable=False)
    put_member(tx, group.id, rose.id, Role.MEMBER, NOW)

    assert is_known_to(tx, group, rose)
    assert not is_known_to(tx, group, tilda)
    assert not is_known_to(tx, group, None)


@pytest.mark.threat("T90")
@pytest.mark.feature("F13")
@pytest.mark.parametrize(("origin", "is_told"), [(THERE, True), (MOOR, False)])
def test_a_vote_behind_a_door_names_the_voter_to_the_home_of_the_community_alone(
    tx, circle, origin, is_told
):
    rose, author = person(tx, "rose"), add_neighbour(tx, "cat", origin)
    options = (documents.PollOption("Yes", 0), documents.PollOption("No", 0))
    poll = documents.Poll(options=options, multiple=False, ends_at=NOW + 600)
    asked = behind(circle, author, kind="Question", poll=poll)
    receive(tx, *passed_on(circle, asked, is_proven=True))
    post_id = post_by_iri(tx, asked.iri).id

    if is_told:
        vote(tx, rose, post_id, [0], NOW)
    else:
        with pytest.raises(NotAllowed):
            vote(tx, rose, post_id, [0], NOW)

    rows = tx.all(
        "select d.host from delivery d join outbox_entry e on e.id = d.entry_id "
        "where e.kind = 'Create'"
    )
    assert [row["host"] for row in rows] == (["valley.example"] if is_told else [])
