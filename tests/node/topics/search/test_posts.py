"""Which posts somebody finds by their words, and which nobody finds."""

from dataclasses import replace
from random import Random

import pytest

from node.base.index_terms import index_term
from node.db.full_text import indexed_ids
from node.topics.actors.actions import ProfileChanges, edit_profile
from node.topics.blocks.store import Mute
from node.topics.communities.store import drop_member, put_member
from node.topics.members.actions import Founding, follow, found_community, unfollow
from node.topics.members.blocks import block
from node.topics.members.mutes import mute
from node.topics.moderation.post_actions import remove, restore
from node.topics.permissions.rules import Role
from node.topics.posts.found_by import Findable, Finder, circles_of_finder, circles_of_post
from node.topics.posts.words import index_due
from node.topics.publishing.actions import delete, edit, publish
from node.topics.publishing.drafts import Draft
from node.topics.publishing.receive import store_fetched_post
from node.topics.search.actor_words import index_due_actors
from node.topics.search.posts import posts_found, question_asked, terms_wanted
from tests.fuzz.mutations import ODD_TEXTS, mutated_text
from tests.neighbours import KEYS, NOW, ORIGIN, add_group, add_neighbour, add_node, add_person, note

HOST = "group.example"


@pytest.fixture
def ann(tx):
    add_node(tx)
    return add_person(tx, "ann")


@pytest.fixture
def ben(tx, ann):
    return add_person(tx, "ben")


@pytest.fixture
def rose(tx, ann):
    return add_neighbour(tx, "rose")


def agree(tx, actor, indexable=True):
    """Somebody of ours says whether they want to be found."""
    edit_profile(tx, actor.id, ProfileChanges(indexable=indexable), NOW)


def say(tx, author, text, **fields):
    return publish(tx, author, Draft(text=text, **fields), NOW)


def hear(tx, author, text, **changes):
    """A post from elsewhere comes, and the index is brought up to date."""
    post_id = store_fetched_post(tx, note(author, text, **changes), NOW)
    index_all(tx)
    return post_id


def index_all(tx):
    while index_due_actors(tx, NOW) + index_due(tx, NOW):
        pass


def find(tx, reader, typed, **asked):
    found = posts_found(
        tx,
        question_asked(tx, typed, reader, HOST),
        reader,
        before_id=asked.get("before_id"),
        limit=asked.get("limit", 20),
    )
    return [view.post.id for view in found.views]


@pytest.mark.feature("D02")
def test_people_find_their_own_words_and_what_was_written_to_them(tx, ann, ben):
    mine = say(tx, ann, "Zebras in the valley")
    quiet = say(tx, ann, "A zebra for few", visibility="followers")
    theirs = say(tx, ben, "Look @ann, a zebra", visibility="direct")

    assert find(tx, ann, "zebra") == [theirs, quiet, mine]
    assert find(tx, ben, "zebra") == [theirs]


@pytest.mark.feature("D02")
@pytest.mark.threat("T95")
def test_who_did_not_agree_is_found_by_followers_alone(tx, ann, ben, rose):
    here, there = say(tx, ben, "Zebras here"), hear(tx, rose, "Zebras there")

    assert find(tx, ann, "zebras") == []
    follow(tx, ann, ben, NOW)
    assert find(tx, ann, "zebras") == [here]
    follow(tx, ann, rose, NOW)
    assert find(tx, ann, "zebras") == [here]
    tx.run("update follow set state = 'accepted', accepted_at = :now", now=NOW)
    assert find(tx, ann, "zebras") == [there, here]


@pytest.mark.feature("D02")
def test_who_agreed_is_found_by_everybody_of_this_place(tx, ann, ben, rose):
    agree(tx, ben)
    here = say(tx, ben, "Zebras here")
    quiet = say(tx, ben, "Zebras for no list", visibility="unlisted")
    willing = add_neighbour(tx, "will", indexable=True)
    there = hear(tx, willing, "Zebras there")
    hear(tx, rose, "Zebras of rose")

    assert find(tx, ann, "zebras") == [there, here]
    assert quiet not in find(tx, ann, "zebras")


@pytest.mark.threat("T95")
def test_taking_the_word_back_counts_at_once_and_giving_it_soon(tx, ann, ben):
    agree(tx, ben)
    post = say(tx, ben, "Zebras here")
    index_all(tx)
    assert find(tx, ann, "zebras") == [post]

    agree(tx, ben, indexable=False)
    assert find(tx, ann, "zebras") == []
    index_all(tx)
    agree(tx, ben)
    assert find(tx, ann, "zebras") == []
    index_all(tx)
    assert find(tx, ann, "zebras") == [post]


def test_what_stands_in_a_community_is_found_by_those_who_belong_to_it(tx, ann, ben, rose):
    walkers = add_group(tx, "walkers", ben)
    follow(tx, ann, walkers, NOW)
    post = say(tx, ben, "Zebras @walkers@group.example")
    say(tx, ben, "Zebras for nobody")

    assert find(tx, ann, "zebras") == [post]
    assert find(tx, ann, "zebras in:walkers") == [post]
    unfollow(tx, ann, walkers, NOW)
    assert find(tx, ann, "zebras") == []


@pytest.mark.threat("T95")
@pytest.mark.parametrize("visibility", ["followers", "direct"])
def test_what_is_for_few_is_found_by_nobody_else(tx, ann, ben, visibility):
    agree(tx, ben)
    say(tx, ben, "Zebra secrets @ben", visibility=visibility)

    assert find(tx, ann, "zebra") == []
    assert find(tx, ann, "from:ben") == []


@pytest.mark.threat("T95")
def test_every_result_is_asked_of_the_one_permission_function(tx, ann, ben):
    """The index is wrong on purpose: it says that everybody finds what is for few."""
    agree(tx, ben)
    post = say(tx, ben, "Zebra secrets", visibility="direct")
    tx.run("delete from post_words where post_id = :id", id=post)
    tx.run(
        "insert into post_words (post_id, words) values (:id, :words)",
        id=post,
        words=index_term("everybody", "zebr"),
    )

    assert indexed_ids(
        tx, "post", [[index_term("everybody", "zebr")]], before_id=2**62, after_id=0, limit=9
    ) == [post]
    assert find(tx, ann, "zebra") == []


def test_who_is_muted_or_blocked_is_found_by_nothing(tx, ann, ben):
    agree(tx, ben)
    say(tx, ben, "Zebras")
    other = add_person(tx, "carla")
    agree(tx, other)
    say(tx, other, "Zebras")

    mute(tx, ann, ben, Mute(hides_notifications=False, until=None), NOW)
    block(tx, other, ann, NOW)

    assert find(tx, ann, "zebras") == []


@pytest.mark.feature("F11")
def test_old_words_leave_the_index_with_an_edit_and_all_with_a_deletion(tx, ann):
    post = say(tx, ann, "Zebras")
    before = terms(tx, post)

    edit(tx, ann, post, Draft(text="Giraffes"), NOW)
    assert find(tx, ann, "zebras") == []
    assert find(tx, ann, "giraffes") == [post]
    assert not {index_term(one, "zebr") for one in circles(ann)} & terms(tx, post)
    assert before

    delete(tx, ann, post, NOW)
    assert terms(tx, post) == set()
    assert find(tx, ann, "giraffes") == []


def test_an_edit_from_elsewhere_takes_the_old_words_out_at_once(tx, ann, rose):
    document = note(rose, "Zebras")
    post = store_fetched_post(tx, document, NOW)
    index_all(tx)
    assert terms(tx, post)

    store_fetched_post(tx, replace(document, content="<p>Giraffes</p>", updated=NOW + 5), NOW + 5)

    assert terms(tx, post) == set()


def test_what_a_moderator_removed_is_found_again_when_it_is_restored(tx, ann, ben):
    walkers = add_group(tx, "walkers", ben)
    follow(tx, ann, walkers, NOW)
    post = say(tx, ann, "Zebras @walkers@group.example")

    remove(tx, ben, post, "", NOW)
    assert (find(tx, ann, "zebras"), terms(tx, post)) == ([], set())
    restore(tx, ben, post, NOW)
    index_all(tx)
    assert find(tx, ben, "zebras") == [post]


def terms(tx, post):
    row = tx.one("select words from post_words where post_id = :id", id=post)
    return set(row["words"].split()) if row else set()


def circles(actor):
    return circles_of_finder(Finder(actor.id))


@pytest.mark.feature("F11")
@pytest.mark.threat("T148")
def test_the_index_holds_no_word_of_anybody(tx, ann):
    say(tx, ann, "Canarybird sings", visibility="direct")

    if tx.engine == "sqlite":
        tx.run("insert into post_words_fts (post_words_fts) values ('optimize')")
        blocks = tx.all("select block from post_words_fts_data")
        held = b"".join(row["block"] for row in blocks)
    else:
        rows = tx.all(
            """
            select cast(array_to_tsvector(string_to_array(words, ' ')) as text) as held
            from post_words
            """
        )
        held = "".join(row["held"] for row in rows).encode()

    assert held
    assert b"cana" not in held
    assert "cana" not in tx.one("select words from post_words")["words"]


@pytest.mark.threat("T94")
def test_nobody_asks_a_list_of_a_circle_they_are_not_in(tx, ann, ben):
    """So the time that a search takes cannot tell what a circle of others has."""
    secret = circles_of_post(Findable("members", ben.id, True, 77))
    asked = terms_wanted(question_asked(tx, "zebra", ann, HOST), circles(ann))

    held = {index_term(circle, "zebr") for circle in secret}
    assert held.isdisjoint({term for terms in asked for term in terms})
    assert secret == {"members 77", f"person {ben.id}"}


@pytest.mark.parametrize(
    ("post", "expected"),
    [
        (Findable("public", 1, True, 2, (3,)), {"everybody"}),
        (Findable("public", 1, False, 2, (3,)), {"followers 1", "group 2", "person 3"}),
        (Findable("unlisted", 1, True, None), {"followers 1"}),
        (Findable("node", 1, True, 2), {"node"}),
        (Findable("node", 1, False, 2), {"followers 1", "group 2"}),
        (Findable("followers", 1, True, 2, (3,)), {"followers 1", "person 3"}),
        (Findable("direct", 1, True, None, (3,)), {"person 1", "person 3"}),
        (Findable("members", 1, True, 2, (3,)), {"person 1", "members 2"}),
        (Findable("anything else", 1, True, 2, (3,)), {"person 1"}),
    ],
)
def test_each_visibility_has_its_circles(post, expected):
    assert circles_of_post(post) == expected


@pytest.mark.threat("T86")
def test_any_text_gets_an_answer_or_a_sentence(tx, ann):
    say(tx, ann, "Zebras are in the valley")
    rng = Random(87)
    seeds = ['"', "from:ann zebra", 'in:"a', "zebra AND b*", "NEAR(", "^zebra:", "'|&!", *ODD_TEXTS]

    for _ in range(3_000):
        typed = mutated_text(rng, rng.choice(seeds))
        asked = question_asked(tx, typed.encode("utf-8", "ignore").decode(), ann, HOST)
        found = posts_found(tx, asked, ann, before_id=None, limit=5)
        assert found.views == () or not asked.question.complaint


def test_phrases_authors_communities_and_days_narrow_it(tx, ann, ben, rose):
    walkers = add_group(tx, "walkers", ben)
    follow(tx, ann, walkers, NOW)
    follow(tx, ann, ben, NOW)
    follow(tx, ann, rose, NOW)
    tx.run("update follow set state = 'accepted', accepted_at = :now", now=NOW)
    one = say(tx, ben, "The old bridge is open @walkers@group.example")
    two = say(tx, ben, "A bridge so old that it fell")
    three = hear(tx, rose, "The old bridge there", published=NOW - 400 * 86_400)

    assert find(tx, ann, "old bridge") == [three, two, one]
    assert find(tx, ann, '"old bridge"') == [three, one]
    assert find(tx, ann, "bridge from:ben") == [two, one]
    assert find(tx, ann, "bridge from:rose@valley.example") == [three]
    assert find(tx, ann, "bridge in:walkers") == [one]
    assert find(tx, ann, "from:ben") == [two, one]
    assert find(tx, ann, "bridge after:2026-12-31") == [two, one]
    assert find(tx, ann, "bridge before:2026-06-30") == []
    assert find(tx, ann, "from:me") == []


@pytest.mark.parametrize(
    ("typed", "name"), [("x from:nobody", "nobody"), ("x in:nowhere", "nowhere")]
)
def test_a_name_that_means_nothing_here_is_told(tx, ann, typed, name):
    assert name in question_asked(tx, typed, ann, HOST).question.complaint
    assert find(tx, ann, typed) == []


def test_all_that_a_post_says_can_be_found(tx, ann):
    post = say(tx, ann, "Words", title="Heading", content_note="Warning")

    assert [find(tx, ann, one) for one in ("words", "heading", "warning", "head warn word")] == [
        [post]
    ] * 4


def test_a_list_goes_on_where_the_page_before_it_ended(tx, ann):
    posts = [say(tx, ann, f"Zebra number {n}") for n in range(5)]

    first = find(tx, ann, "zebra", limit=2)
    second = find(tx, ann, "zebra", limit=2, before_id=first[-1])

    assert first + second == posts[:0:-1]


def test_what_was_here_before_there_was_an_index_is_put_in_step_by_step(tx, ann, monkeypatch):
    posts = [say(tx, ann, f"Zebra number {n}") for n in range(5)]
    tx.run("delete from post_words")
    tx.run("insert into post_words_due (post_id) select id from post")
    monkeypatch.setattr("node.topics.posts.words.DUE_AT_ONCE", 2)

    assert index_due(tx, NOW) == 2
    assert find(tx, ann, "zebra") == [posts[4], posts[3]]
    assert [index_due(tx, NOW) for _ in range(3)] == [2, 1, 0]
    assert find(tx, ann, "zebra") == posts[::-1]


def behind(tx, organiser, name, door):
    """A community of ours behind a door."""
    founding = Founding(origin=ORIGIN, name=name, title=name.title(), visibility=door)
    return found_community(tx, founding, organiser, KEYS, NOW)


@pytest.mark.threat("T88")
@pytest.mark.feature("D02")
@pytest.mark.parametrize("door", ["closed", "hidden"])
def test_what_is_said_behind_a_door_is_found_by_its_members_alone(tx, ann, ben, door):
    agree(tx, ben)
    hollow = behind(tx, ben, "hollow", door)
    post = say(tx, ben, "Zebras @hollow@group.example")

    own = {f"members {hollow.id}", f"person {ben.id}"}
    assert {index_term(one, "zebr") for one in own} <= terms(tx, post)
    assert not {index_term(one, "zebr") for one in circles(ann)} & terms(tx, post)
    assert (find(tx, ben, "zebras"), find(tx, ann, "zebras")) == ([post], [])
    put_member(tx, hollow.id, ann.id, Role.MEMBER, NOW)
    assert find(tx, ann, "zebras in:hollow") == [post]
    drop_member(tx, hollow.id, ann.id)
    assert find(tx, ann, "zebras") == []


def test_what_is_said_for_this_place_is_found_here_if_its_author_agreed(tx, ann, ben):
    behind(tx, ben, "copse", "node")
    quiet = say(tx, ben, "Zebras @copse@group.example")
    index_all(tx)
    assert find(tx, ann, "zebras") == []

    agree(tx, ben)
    index_all(tx)

    assert find(tx, ann, "zebras") == [quiet]


@pytest.mark.threat("T97")
def test_a_door_that_is_shut_shuts_at_once_for_searches_too(tx, ann, ben):
    agree(tx, ben)
    meadow = behind(tx, ben, "meadow", "public")
    post = say(tx, ben, "Zebras @meadow@group.example")
    assert find(tx, ann, "zebras") == [post]

    tx.run("update community set visibility = 'hidden' where actor_id = :id", id=meadow.id)

    assert (find(tx, ann, "zebras"), find(tx, ben, "zebras")) == ([], [post])


@pytest.mark.threat("T94")
@pytest.mark.parametrize("typed", ["x in:{}", "in:{}@group.example", "from:{}"])
def test_a_hidden_community_is_as_unknown_as_one_that_never_was(tx, ann, ben, typed):
    behind(tx, ben, "hollow", "hidden")

    def said(name):
        asked = question_asked(tx, typed.format(name), ann, HOST)
        return asked.question.complaint.replace(name, "NAME"), asked.community_id

    assert said("hollow") == said("never1")
    assert said("hollow")[0]


def test_a_clinic_finds_nothing_of_what_is_said_behind_doors(tx, ann, ben):
    """What an organisation may see, the permission function says."""
    agree(tx, ben)
    behind(tx, ben, "copse", "node")
    say(tx, ben, "Zebras @copse@group.example")
    clinic = replace(add_person(tx, "clinic"), kind="Organization")

    tx.run("update actor set kind = 'Organization' where id = :id", id=clinic.id)

    assert find(tx, clinic, "zebras") == []
