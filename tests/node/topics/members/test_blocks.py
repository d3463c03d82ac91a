"""Blocking and muting people, ours and of other nodes, and what each of the two then sees."""

import pytest

from federation import documents
from node.arrivals.apply_context import ApplyContext
from node.base.errors import Invalid, NotAllowed, NotFound
from node.inbox.handlers import HANDLERS
from node.topics.blocks.store import are_apart, end_mutes
from node.topics.conversations.threads import thread
from node.topics.members.actions import follow
from node.topics.members.activities import receive_accept, receive_follow
from node.topics.members.blocks import block, unblock
from node.topics.members.mutes import mute, mute_of, unmute
from node.topics.members.store import follow_between, relations
from node.topics.notifications.store import notifications, unread_count
from node.topics.polls.actions import vote
from node.topics.posts.store import post_by_id, post_by_iri
from node.topics.posts.views import post_view, post_views
from node.topics.publishing.actions import delete, publish
from node.topics.publishing.drafts import Draft, PollDraft
from node.topics.publishing.may_write import why_not_answer
from node.topics.publishing.receive import store_fetched_post
from node.topics.reactions.actions import boost, favourite
from node.topics.timelines.store import Page, home, of_actor, of_community, public
from tests.neighbours import NOW, ORIGIN, add_group, add_neighbour, add_person, note, sent

APPLYING = ApplyContext(NOW)
POLL = PollDraft(choices=("Friday", "Sunday"), lasts_s=3_600)
FOR_GOOD = mute_of(0, NOW, hides_notifications=True)


def receive(tx, activity):
    HANDLERS[type(activity)](tx, activity, APPLYING)


def say(tx, author, text="Hello", **fields):
    return publish(tx, author, Draft(text=text, **fields), NOW)


def kinds_to(tx, inbox):
    """What was appended for an inbox, in order."""
    rows = tx.all(
        """
        select e.kind from delivery d join outbox_entry e on e.id = d.entry_id
        where d.inbox = :inbox order by d.id
        """,
        inbox=inbox,
    )
    return [row["kind"] for row in rows]


def homes(tx, reader):
    return [item.post_id for item in home(tx, reader.id, Page())]


def told(tx, reader):
    return [one.kind for one in notifications(tx, reader.id, 40)]


def relation(tx, me, other):
    return relations(tx, me.id, [other.id])[other.id]


def sees(tx, reader, post_id):
    return post_id in post_views(tx, [post_id], reader)


@pytest.fixture
def people(tx):
    """ann and ben follow each other; cat follows both."""
    ann, ben, cat = (add_person(tx, name) for name in ("ann", "ben", "cat"))
    for one, other in ((ann, ben), (ben, ann), (cat, ann), (cat, ben)):
        follow(tx, one, other, NOW)
    return ann, ben, cat


def friends(tx):
    """ann of ours and rose of another node, who follow each other."""
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    receive_follow(tx, sent(documents.Follow, rose, ann.iri), APPLYING)
    follow(tx, ann, rose, NOW)
    asked = follow_between(tx, ann.id, rose.id)
    receive_accept(tx, sent(documents.Accept, rose, asked.iri), APPLYING)
    return ann, rose


def follows_either_way(tx, one, other):
    between = (follow_between(tx, one.id, other.id), follow_between(tx, other.id, one.id))
    return any(held is not None for held in between)


@pytest.mark.threat("T22")
@pytest.mark.feature("M10")
def test_a_block_ends_both_follows_and_hides_each_from_the_other(tx, people):
    ann, ben, cat = people
    anns, bens = say(tx, ann), say(tx, ben)

    block(tx, ann, ben, NOW)

    assert not follows_either_way(tx, ann, ben)
    assert [sees(tx, ann, bens), sees(tx, ben, anns)] == [False, False]
    assert [sees(tx, cat, bens), sees(tx, cat, anns), sees(tx, None, anns)] == [True] * 3
    assert [homes(tx, ann), homes(tx, ben)] == [[anns], [bens]]
    assert sorted(homes(tx, cat)) == sorted([anns, bens])


@pytest.mark.feature("M10")
def test_what_is_written_or_passed_on_later_stands_in_neither_home(tx, people):
    ann, ben, cat = people
    follow(tx, ann, cat, NOW)
    follow(tx, ben, cat, NOW)
    block(tx, ann, ben, NOW)

    anns, bens = say(tx, ann), say(tx, ben)
    for post_id in (anns, bens):
        boost(tx, cat, post_id, NOW)

    assert bens not in homes(tx, ann)
    assert anns not in homes(tx, ben)
    assert {anns, bens} <= set(homes(tx, cat))


@pytest.mark.feature("M10")
def test_what_others_had_passed_on_goes_from_the_home_too(tx):
    ann, ben, cat = (add_person(tx, name) for name in ("ann", "ben", "cat"))
    follow(tx, ann, cat, NOW)
    bens = say(tx, ben)
    boost(tx, cat, bens, NOW)
    before = homes(tx, ann)

    block(tx, ann, ben, NOW)

    assert (before, homes(tx, ann)) == ([bens], [])


@pytest.mark.feature("M10")
def test_public_lists_communities_threads_and_profiles_show_nothing_of_the_blocked(tx, people):
    ann, ben, cat = people
    group = add_group(tx, "walkers", cat)
    start = say(tx, cat, "Who comes?")
    bens = [
        say(tx, ben),
        say(tx, ben, "@walkers A path"),
        say(tx, ben, "I do", parent_id=start),
    ]
    say(tx, cat, "Good", parent_id=bens[-1])

    block(tx, ann, ben, NOW)

    assert [item.post_id for item in public(tx, ann, Page())] == [start]
    assert of_community(tx, group.id, ann, Page()) == []
    found = thread(tx, start, ann)
    assert [view.author.name for view in found.descendants] == ["cat"]
    for item in of_actor(tx, ben.id, ann, Page()):
        assert not sees(tx, ann, item.post_id)
    assert len(of_community(tx, group.id, None, Page())) == 1


@pytest.mark.feature("M10")
def test_the_blocked_can_do_nothing_with_what_the_blocker_writes(tx, people):
    ann, ben, _ = people
    anns = say(tx, ann, "When?", poll=POLL)

    block(tx, ann, ben, NOW)

    for doing in (
        lambda: say(tx, ben, "Sunday", parent_id=anns),
        lambda: favourite(tx, ben, anns, NOW),
        lambda: boost(tx, ben, anns, NOW),
        lambda: vote(tx, ben, anns, [0], NOW),
    ):
        with pytest.raises(NotFound):
            doing()
    with pytest.raises(NotAllowed, match=r"^You cannot follow them\.$"):
        follow(tx, ben, ann, NOW)
    with pytest.raises(NotAllowed, match="Unblock them first"):
        follow(tx, ann, ben, NOW)


@pytest.mark.threat("T99")
@pytest.mark.feature("M10")
def test_the_blocked_answer_nobody_in_a_conversation_that_the_blocker_began(tx, people):
    ann, ben, cat = people
    start = say(tx, ann, "Who comes?")
    bens = say(tx, ben, "I do", parent_id=start)
    cats = say(tx, cat, "I too", parent_id=start)
    other = say(tx, cat, "Elsewhere")
    anns = say(tx, ann, "Here as well", parent_id=other)

    block(tx, ann, ben, NOW)

    for parent_id in (bens, cats):
        with pytest.raises(NotAllowed, match=r"^You cannot answer in this conversation\.$"):
            say(tx, ben, "Still here", parent_id=parent_id)
        assert why_not_answer(tx, ben, post_view(tx, parent_id, ben), NOW) != ""
    say(tx, cat, "Good", parent_id=cats)
    say(tx, ben, "Where others began", parent_id=other)
    assert why_not_answer(tx, ben, post_view(tx, other, ben), NOW) == ""
    with pytest.raises(NotFound):
        say(tx, ben, "To ann herself", parent_id=anns)
    delete(tx, ann, start, NOW)
    with pytest.raises(NotAllowed):
        say(tx, ben, "Now that she is gone", parent_id=bens)


@pytest.mark.feature("M10")
def test_who_looks_after_a_community_answers_in_the_conversations_of_whoever_blocks_them(
    tx, people
):
    ann, ben, cat = people
    add_group(tx, "walkers", ben)
    start = say(tx, ann, "@walkers Who comes?")
    cats = say(tx, cat, "I do", parent_id=start)

    block(tx, ann, ben, NOW)

    assert say(tx, ben, "That is enough", parent_id=cats)


@pytest.mark.feature("M10")
def test_nothing_is_told_between_the_two_and_what_was_told_goes(tx, people):
    ann, ben, _ = people
    anns = say(tx, ann)
    favourite(tx, ben, anns, NOW)
    say(tx, ben, "@ann Hello")
    assert {"favourite", "mention"} <= set(told(tx, ann))

    block(tx, ann, ben, NOW)
    named = say(tx, ben, "@ann Once more", visibility="direct")
    say(tx, ann, "@ben What?")

    assert told(tx, ann) == ["follow"]
    assert not sees(tx, ann, named)
    assert told(tx, ben) == ["follow"]


@pytest.mark.threat("T99")
@pytest.mark.feature("M10")
def test_nobody_else_is_told_who_blocks_whom(tx, people):
    ann, ben, cat = people

    block(tx, ann, ben, NOW)

    assert relation(tx, ann, ben).blocking
    assert relation(tx, ben, ann).blocked_by
    for other in (ann, ben):
        seen = relation(tx, cat, other)
        assert (seen.blocking, seen.blocked_by) == (False, False)
    assert tx.all("select id from outbox_entry where kind = 'Block'") == []


@pytest.mark.feature("M10")
def test_who_looks_after_a_community_still_sees_whoever_blocks_them(tx, people):
    _, ben, cat = people
    add_group(tx, "walkers", cat)
    bens, elsewhere = say(tx, ben, "@walkers Buy this"), say(tx, ben, "Buy that")

    block(tx, ben, cat, NOW)

    assert (sees(tx, cat, bens), sees(tx, cat, elsewhere)) == (True, False)
    block(tx, cat, ben, NOW)
    assert not sees(tx, cat, bens)


@pytest.mark.feature("M10")
def test_who_looks_after_the_node_still_sees_whoever_blocks_them(tx, people):
    _, ben, cat = people
    bens = say(tx, ben)
    tx.run(
        """
        insert into account (id, actor_id, name, role, language, default_visibility, created_at)
        values (1, :id, 'cat', 'moderator', 'en', 'public', 0)
        """,
        id=cat.id,
    )

    block(tx, ben, cat, NOW)

    assert sees(tx, cat, bens)


@pytest.mark.feature("M10")
def test_a_block_that_is_lifted_shows_the_words_again_and_follows_stay_ended(tx, people):
    ann, ben, _ = people
    bens = say(tx, ben)
    block(tx, ann, ben, NOW)

    unblock(tx, ann, ben, NOW)
    unblock(tx, ann, ben, NOW)

    assert sees(tx, ann, bens)
    assert not follows_either_way(tx, ann, ben)
    follow(tx, ben, ann, NOW)


def test_one_blocks_neither_oneself_nor_a_community(tx, people):
    ann, _, cat = people
    group = add_group(tx, "walkers", cat)

    for other in (ann, group):
        with pytest.raises(Invalid):
            block(tx, ann, other, NOW)
    with pytest.raises(Invalid):
        mute(tx, ann, ann, FOR_GOOD, NOW)


@pytest.mark.feature("M10")
def test_what_others_quote_of_the_blocked_is_left_out_for_those_two_alone(tx, people):
    ann, ben, cat = people
    bens = post_by_id(tx, say(tx, ben))
    quoting = say(tx, cat, "Look")
    tx.run("update post set quote_iri = :iri where id = :id", iri=bens.iri, id=quoting)
    tx.run(
        """
        insert into quote_stamp (iri, author_id, quoted_iri, quoting_iri, created_at)
        select :stamp, :author, :quoted, p.iri, 0 from post p where p.id = :id
        """,
        stamp=f"{ORIGIN}/stamps/1",
        author=ben.id,
        quoted=bens.iri,
        id=quoting,
    )

    block(tx, ann, ben, NOW)

    def quoted(reader, **options):
        return post_views(tx, [quoting], reader, **options)[quoting].quoted

    assert quoted(ann) is None
    assert [quoted(cat).post.id, quoted(None).post.id] == [bens.id, bens.id]
    assert quoted(ann, with_all_quotes=True).post.id == bens.id


# people of other nodes


@pytest.mark.threat("T99")
@pytest.mark.feature("M10")
def test_an_answer_from_elsewhere_in_a_conversation_of_the_blocker_is_not_kept(tx):
    ann, rose = friends(tx)
    cat = add_person(tx, "cat")
    start = post_by_id(tx, say(tx, ann, "Who comes?"))
    cats = post_by_id(tx, say(tx, cat, "I do", parent_id=start.id))
    first = note(rose, "I too", in_reply_to=start.iri, to=(documents.PUBLIC, ann.iri))
    receive(tx, sent(documents.Create, rose, first))
    block(tx, ann, rose, NOW)

    for number, parent_iri in enumerate((first.iri, cats.iri)):
        answer = note(
            rose,
            f"Still here {number}",
            in_reply_to=parent_iri,
            to=(documents.PUBLIC, cat.iri),
        )
        with pytest.raises(NotAllowed):
            receive(tx, sent(documents.Create, rose, answer))
        with pytest.raises(NotAllowed):
            store_fetched_post(tx, answer, NOW)
        assert post_by_iri(tx, answer.iri) is None
    assert [one for one in told(tx, cat) if one == "mention"] == []

    unblock(tx, ann, rose, NOW)
    receive(tx, sent(documents.Create, rose, answer))
    assert post_by_iri(tx, answer.iri) is not None


@pytest.mark.feature("M10")
def test_one_of_ours_whom_somebody_elsewhere_has_blocked_answers_nobody_in_what_they_began(tx):
    ann, rose = friends(tx)
    reed = add_neighbour(tx, "reed")
    start = note(rose, "Who comes?", to=(documents.PUBLIC, ann.iri))
    receive(tx, sent(documents.Create, rose, start))
    reeds = note(reed, "I do", in_reply_to=start.iri, to=(documents.PUBLIC, ann.iri))
    receive(tx, sent(documents.Create, reed, reeds))

    receive(tx, sent(documents.Block, rose, ann.iri))

    with pytest.raises(NotAllowed):
        say(tx, ann, "I too", parent_id=post_by_iri(tx, reeds.iri).id)


@pytest.mark.threat("T99")
@pytest.mark.feature("M10")
def test_the_home_of_the_blocked_is_told_and_nobody_else(tx):
    ann, rose = friends(tx)
    reed = add_neighbour(tx, "reed", "https://hill.example")
    receive_follow(tx, sent(documents.Follow, reed, ann.iri), APPLYING)

    block(tx, ann, rose, NOW)
    block(tx, ann, rose, NOW)
    unblock(tx, ann, rose, NOW)

    assert kinds_to(tx, rose.inbox) == ["Accept", "Follow", "Undo", "Reject", "Block", "Undo"]
    assert kinds_to(tx, reed.inbox) == ["Accept"]
    public_too = tx.all("select kind from outbox_entry where kind = 'Block' and public = 1")
    assert public_too == []


@pytest.mark.feature("M10")
def test_what_the_blocked_sends_from_elsewhere_has_no_effect_on_the_blocker(tx):
    ann, rose = friends(tx)
    add_group(tx, "walkers", ann)
    anns = post_by_id(tx, say(tx, ann, "When?", poll=POLL))
    block(tx, ann, rose, NOW)

    receive(tx, sent(documents.Like, rose, anns.iri))
    receive(tx, sent(documents.Dislike, rose, anns.iri))
    receive(tx, sent(documents.Announce, rose, anns.iri))
    answer = note(rose, "I do not", in_reply_to=anns.iri, to=(documents.PUBLIC, ann.iri))
    with pytest.raises(NotAllowed):
        receive(tx, sent(documents.Create, rose, answer))
    with pytest.raises(NotAllowed):
        store_fetched_post(tx, answer, NOW)
    ballot = note(rose, title="Friday", content="", in_reply_to=anns.iri, to=(ann.iri,))
    receive(tx, sent(documents.Create, rose, ballot))
    named = note(
        rose, "@ann", to=(documents.PUBLIC, ann.iri), mentions=(documents.Mention(ann.iri, "@ann"),)
    )
    receive(tx, sent(documents.Create, rose, named))

    left = post_by_id(tx, anns.id)
    assert (left.favourites_count, left.boosts_count, left.replies_count) == (0, 0, 0)
    assert tx.all("select id from dislike") == []
    assert [choice.votes for choice in left.poll.choices] == [0, 0]
    assert post_by_iri(tx, answer.iri) is None
    assert not sees(tx, ann, post_by_iri(tx, named.iri).id)
    assert told(tx, ann) == []


@pytest.mark.feature("M10")
def test_a_follow_by_the_blocked_is_answered_no(tx):
    ann, rose = friends(tx)
    block(tx, ann, rose, NOW)

    receive(tx, sent(documents.Follow, rose, ann.iri, iri=f"{rose.iri}/follows/again"))

    assert kinds_to(tx, rose.inbox)[-1] == "Reject"
    assert follow_between(tx, rose.id, ann.id) is None


@pytest.mark.feature("M10")
def test_a_block_from_elsewhere_ends_both_follows_and_hides_each_from_the_other(tx):
    ann, rose = friends(tx)
    roses = store_fetched_post(tx, note(rose), NOW)
    before = kinds_to(tx, rose.inbox)

    receive(tx, sent(documents.Block, rose, ann.iri))

    assert not follows_either_way(tx, ann, rose)
    assert not sees(tx, ann, roses)
    assert told(tx, ann) == []
    assert kinds_to(tx, rose.inbox) == before
    with pytest.raises(NotAllowed):
        follow(tx, ann, rose, NOW)
    assert homes(tx, ann) == []


@pytest.mark.feature("M10")
@pytest.mark.parametrize("shape", ["whole", "by id", "with an id of its own"])
def test_undo_from_elsewhere_lifts_it(tx, shape):
    ann, rose = friends(tx)
    roses = store_fetched_post(tx, note(rose), NOW)
    said = sent(documents.Block, rose, ann.iri)
    receive(tx, said)

    own_id = sent(documents.Block, rose, ann.iri, iri=f"{rose.iri}/blocks/other")
    inner = {"whole": said, "by id": said.iri, "with an id of its own": own_id}[shape]
    receive(tx, sent(documents.Undo, rose, inner))

    assert sees(tx, ann, roses)
    assert not follows_either_way(tx, ann, rose)


@pytest.mark.threat("T20")
@pytest.mark.parametrize("is_whole", [True, False])
def test_nobody_lifts_anybody_elses_block(tx, is_whole):
    ann, rose = friends(tx)
    liar = add_neighbour(tx, "liar", "https://liar.example")
    said = sent(documents.Block, rose, ann.iri)
    receive(tx, said)

    receive(tx, sent(documents.Undo, liar, said if is_whole else said.iri))

    assert are_apart(tx, ann.id, rose.id)


@pytest.mark.threat("T120")
def test_the_undo_of_an_earlier_block_that_comes_late_leaves_the_later_one(tx):
    """GoToSocial sends from several workers, and what it said last may come first."""
    ann, rose = friends(tx)
    first, then = (
        sent(documents.Block, rose, ann.iri, iri=f"{rose.iri}/blocks/{one}") for one in "12"
    )

    for said in (first, then, sent(documents.Undo, rose, first)):
        receive(tx, said)
    assert are_apart(tx, ann.id, rose.id)

    receive(tx, sent(documents.Undo, rose, then))
    assert not are_apart(tx, ann.id, rose.id)


@pytest.mark.threat("T120")
def test_the_undo_of_an_earlier_follow_that_comes_late_leaves_the_later_one(tx):
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    first, then = (
        sent(documents.Follow, rose, ann.iri, iri=f"{rose.iri}/follows/{one}") for one in "12"
    )

    for said in (first, then, sent(documents.Undo, rose, first)):
        receive(tx, said)
    assert follow_between(tx, rose.id, ann.id) is not None

    receive(tx, sent(documents.Undo, rose, then))
    assert follow_between(tx, rose.id, ann.id) is None


def test_a_block_of_somebody_who_is_suspended_counts_once_they_are_back(tx):
    ann, rose = friends(tx)
    tx.run("update actor set suspended_at = 1, hidden_at = 1 where id = :id", id=ann.id)

    receive(tx, sent(documents.Block, rose, ann.iri))

    assert are_apart(tx, ann.id, rose.id)


@pytest.mark.threat("T120")
def test_a_block_that_was_undone_before_it_came_has_no_effect(tx):
    ann, rose = friends(tx)
    said = sent(documents.Block, rose, ann.iri)

    receive(tx, sent(documents.Undo, rose, said))
    receive(tx, said)

    assert not are_apart(tx, ann.id, rose.id)
    assert follows_either_way(tx, ann, rose)


def test_a_block_between_people_of_other_nodes_is_nothing_here(tx):
    rose, reed = add_neighbour(tx, "rose"), add_neighbour(tx, "reed", "https://hill.example")

    receive(tx, sent(documents.Block, rose, reed.iri))

    assert tx.all("select id from block") == []


# mutes


@pytest.mark.feature("M10")
def test_who_is_muted_stands_in_no_list_and_can_still_be_looked_at(tx, people):
    ann, ben, cat = people
    follow(tx, ann, cat, NOW)
    start = say(tx, cat, "Who comes?")
    bens, answer = say(tx, ben), say(tx, ben, "I do", parent_id=start)

    mute(tx, ann, ben, FOR_GOOD, NOW)
    later = say(tx, ben, "Later")
    boost(tx, cat, later, NOW)

    assert homes(tx, ann) == [start]
    assert [item.post_id for item in public(tx, ann, Page())] == [start]
    assert thread(tx, start, ann).descendants == ()
    assert thread(tx, answer, ann).post.post.id == answer
    assert [item.post_id for item in of_actor(tx, cat.id, ann, Page())] == [start]
    assert {item.post_id for item in of_actor(tx, ben.id, ann, Page())} == {bens, answer, later}
    assert follows_either_way(tx, ann, ben)


@pytest.mark.feature("M10")
def test_who_is_muted_is_told_nothing_and_sees_everything(tx):
    ann, rose = friends(tx)
    anns = say(tx, ann)
    before = kinds_to(tx, rose.inbox)

    mute(tx, ann, rose, FOR_GOOD, NOW)
    unmute(tx, ann, rose, NOW)

    assert kinds_to(tx, rose.inbox) == before
    assert sees(tx, rose, anns)
    assert relation(tx, rose, ann).mute is None


@pytest.mark.feature("M10")
@pytest.mark.parametrize("hides", [True, False])
def test_a_mute_keeps_news_away_if_that_is_wanted(tx, people, hides):
    ann, ben, _ = people
    say(tx, ben, "@ann Before")

    mute(tx, ann, ben, mute_of(0, NOW, hides_notifications=hides), NOW)
    say(tx, ben, "@ann After")

    assert told(tx, ann).count("mention") == (0 if hides else 2)
    assert unread_count(tx, ann.id, 40) == len(told(tx, ann))


@pytest.mark.feature("M10")
def test_a_mute_for_a_time_ends_by_itself(tx, people):
    ann, ben, _ = people
    mute(tx, ann, ben, mute_of(3_600, NOW, hides_notifications=True), NOW)

    assert (end_mutes(tx, NOW + 3_599), end_mutes(tx, NOW + 3_600)) == (0, 1)

    bens = say(tx, ben)
    assert bens in homes(tx, ann)


@pytest.mark.feature("M10")
def test_a_muted_community_stands_in_no_list(tx, people):
    ann, ben, cat = people
    group = add_group(tx, "walkers", cat)
    follow(tx, ann, group, NOW)
    earlier = say(tx, ben, "@walkers A path")
    assert earlier in homes(tx, ann)

    mute(tx, ann, group, FOR_GOOD, NOW)
    say(tx, cat, "@walkers Another")

    assert homes(tx, ann) == []
    assert public(tx, ann, Page()) == []
    assert len(of_community(tx, group.id, ann, Page())) == 2
