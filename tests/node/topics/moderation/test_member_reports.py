"""What members of ours report: kept here, and told elsewhere without saying who reported (T99)."""

import json

import pytest

from federation import documents
from node.arrivals.apply_context import ApplyContext
from node.base.errors import Invalid, NotAllowed, NotFound
from node.inbox.handlers import HANDLERS
from node.topics.actors.store import actor_by_id, reporting_actor
from node.topics.members.actions import follow, take_yes
from node.topics.members.store import follow_between
from node.topics.moderation.desk import read_desk
from node.topics.moderation.member_reports import OPEN_PER_PERSON_MAX, Complaint, file_report
from node.topics.moderation.report_store import (
    NewReport,
    add_report,
    open_reports,
    withdraw_report,
)
from node.topics.notifications.store import notifications
from node.topics.posts.store import post_by_id, post_by_iri
from node.topics.publishing.actions import publish
from node.topics.publishing.activities import receive_create
from node.topics.publishing.desk_deeds import leave
from node.topics.publishing.drafts import Draft
from tests.neighbours import NOW, add_neighbour, add_node, add_person, note, sent
from tests.node.topics.moderation.scenes import LEMMY, clear_outbox, ours, write
from tests.node.topics.moderation.test_flags import actor_id_of, add_keeper


def file_one(tx, me, about, *posts, **changes):
    complaint = Complaint(about_id=about.id, post_ids=[one.id for one in posts], **changes)
    return file_report(tx, me, complaint, NOW)


@pytest.fixture
def scene(tx):
    """ours(), with the node's own actor and an organiser of the node."""
    add_node(tx)
    add_keeper(tx, "olga", "organiser")
    return ours(tx)


def flags(tx):
    rows = tx.all(
        """
        select e.body, d.inbox from outbox_entry e left join delivery d on d.entry_id = e.id
        where e.kind = 'Flag' order by e.id, d.id
        """
    )
    return [(json.loads(row["body"]), row["inbox"]) for row in rows]


def test_a_report_is_kept_with_its_post_and_told_to_those_who_look_after_things(tx, scene):
    filed = file_one(tx, scene.ben, scene.rose, scene.post, words=" Rude. ", reason="spam")

    (report,) = open_reports(tx)
    assert report.id == filed.id
    assert (report.about, report.community) == (scene.rose.handle, scene.walkers.handle)
    assert (report.words, report.reason, report.posts) == ("Rude.", "spam", (scene.post.iri,))
    for reader in (scene.ann.id, actor_id_of(tx, "olga")):
        (one,) = notifications(tx, reader, 5, kinds=["report"])
        assert (one.from_id, one.post_id) == (scene.rose.id, scene.post.id)


@pytest.mark.threat("T99")
def test_unless_it_is_asked_for_nobody_elsewhere_is_told(tx, scene):
    file_one(tx, scene.ben, scene.rose, scene.post, words="Rude.")

    assert flags(tx) == []


@pytest.mark.threat("T99")
@pytest.mark.threat("T26")
def test_elsewhere_the_node_tells_whom_it_is_about_and_neither_who_said_so_nor_what(tx, scene):
    filed = file_one(tx, scene.ben, scene.rose, scene.post, words="Rude to ben.", tells_home=True)

    ((flag, inbox),) = flags(tx)
    assert filed.is_forwarded
    assert inbox == scene.rose.shared_inbox
    assert flag["actor"] == "https://group.example/people/moderators"
    assert reporting_actor(tx).kind == "Service"
    assert flag["object"] == [scene.rose.iri, scene.post.iri]
    text = json.dumps(flag)
    assert [word for word in ("ben", "Rude", scene.walkers.iri) if word in text] == []
    assert tx.one("select public from outbox_entry where kind = 'Flag'")["public"] == 0


@pytest.mark.threat("T99")
def test_a_message_to_the_reporter_alone_is_not_named_to_its_authors_home(tx, scene):
    document = note(
        scene.rose,
        "Only for ben",
        to=(scene.ben.iri,),
        cc=(),
        mentions=(documents.Mention(scene.ben.iri, "@ben"),),
    )
    receive_create(tx, sent(documents.Create, scene.rose, document), ApplyContext(NOW))
    secret = post_by_iri(tx, document.iri)

    file_one(tx, scene.ben, scene.rose, secret, tells_home=True)

    ((flag, _),) = flags(tx)
    assert flag["object"] == scene.rose.iri
    (report,) = open_reports(tx)
    assert report.posts == (secret.iri,)


@pytest.mark.threat("T99")
@pytest.mark.feature("M01", "F13")
@pytest.mark.parametrize("author", ["ann of ours", "rose of elsewhere"])
def test_of_what_is_said_behind_a_door_its_community_is_told_and_no_other_place(tx, scene, author):
    circle, kim = add_closed(tx, "circle"), add_neighbour(tx, "kim", "https://ash.example")
    writer = scene.ann if author == "ann of ours" else kim
    follow(tx, scene.ben, circle, NOW)
    take_yes(tx, follow_between(tx, scene.ben.id, circle.id), circle, NOW)
    post = said_behind(tx, circle, writer)

    filed = file_one(tx, scene.ben, writer, post, words="Rude to ben.", tells_home=True)

    ((flag, inbox),) = flags(tx)
    assert filed.is_forwarded
    assert inbox == circle.shared_inbox
    assert (flag["object"], flag["to"]) == (post.iri, [circle.iri])
    text = json.dumps(flag)
    assert [word for word in ("people/ben", "Rude") if word in text] == []


def add_closed(tx, name):
    return add_neighbour(tx, name, LEMMY, kind="Group", approves_followers=True)


def said_behind(tx, group, writer):
    """What somebody wrote in a closed community elsewhere, as it is stored here."""
    if writer.local:
        follow(tx, writer, group, NOW)
        take_yes(tx, follow_between(tx, writer.id, group.id), group, NOW)
        made = post_by_id(tx, publish(tx, writer, Draft(text=f"Tea @{group.acct}"), NOW))
        clear_outbox(tx)
        return made
    to = (group.iri, f"{group.iri}/followers")
    document = note(writer, "Tea", to=to, cc=(), audience=group.iri)
    create = sent(documents.Create, writer, document, to=to, cc=())
    announce = sent(documents.Announce, group, create)
    HANDLERS[documents.Announce](tx, announce, ApplyContext(NOW, proven=(create,)))
    return post_by_iri(tx, document.iri)


def test_about_somebody_of_ours_nobody_elsewhere_is_told_whatever_is_asked(tx, scene):
    filed = file_one(tx, scene.ben, scene.ann, tells_home=True)

    assert not filed.is_forwarded
    assert flags(tx) == []


@pytest.mark.threat("T26")
def test_only_posts_of_that_person_that_the_reporter_can_see_are_kept(tx, scene):
    ivy = add_neighbour(tx, "ivy")
    others = write(tx, ivy, scene.walkers, "by ivy")
    hidden = publish(tx, scene.ann, Draft(text="for nobody", visibility="direct"), NOW)

    filed = file_report(
        tx,
        scene.ben,
        Complaint(about_id=scene.ann.id, post_ids=(others.id, hidden, scene.post.id)),
        NOW,
    )

    assert filed.post_ids == ()


@pytest.mark.parametrize(
    "changes",
    [{"words": "x" * 1_001}, {"words": "\x00"}, {"reason": "dislike"}],
    ids=["too long", "NUL", "of no kind"],
)
def test_what_says_too_much_or_is_of_no_kind_is_refused(tx, scene, changes):
    with pytest.raises(Invalid):
        file_one(tx, scene.ben, scene.rose, **changes)


def test_nobody_reports_themselves_or_somebody_unknown(tx, scene):
    with pytest.raises(Invalid):
        file_one(tx, scene.ben, scene.ben)
    with pytest.raises(NotFound):
        file_report(tx, scene.ben, Complaint(about_id=5), NOW)


def test_of_one_member_thirty_reports_wait_at_most(tx, scene):
    for _ in range(OPEN_PER_PERSON_MAX):
        file_one(tx, scene.ben, scene.rose)

    with pytest.raises(NotAllowed):
        file_one(tx, scene.ben, scene.rose)
    file_one(tx, scene.ann, scene.rose)


@pytest.mark.threat("T99")
def test_who_is_reported_neither_sees_nor_settles_what_is_about_them(tx, scene):
    olga_id = actor_id_of(tx, "olga")
    add_keeper(tx, "oscar", "organiser")
    oscar_id = actor_id_of(tx, "oscar")
    file_report(tx, scene.ben, Complaint(about_id=olga_id), NOW)
    (report,) = open_reports(tx)
    olga, oscar = actor_by_id(tx, olga_id), actor_by_id(tx, oscar_id)

    with pytest.raises(NotFound):
        leave(tx, olga, report.case_id, NOW)

    assert read_desk(tx, olga, None).waiting == []
    assert [one.case.id for one in read_desk(tx, oscar, None).waiting] == [report.case_id]
    assert notifications(tx, olga_id, 5, kinds=["report"]) == []
    leave(tx, oscar, report.case_id, NOW)
    assert open_reports(tx) == []


def test_a_report_that_is_about_nobody_is_listed_to_everybody_who_looks(tx, scene):
    about_nobody = NewReport(
        iri=f"{scene.rose.iri}/flags/1",
        reporter_id=scene.rose.id,
        about_id=None,
        group_id=None,
        words="Something is wrong.",
        post_ids=(),
    )
    assert add_report(tx, about_nobody, NOW)

    (view,) = read_desk(tx, actor_by_id(tx, actor_id_of(tx, "olga")), None).waiting
    assert [one.words for one in view.reports] == ["Something is wrong."]


def test_a_report_of_another_node_cannot_take_one_of_ours_back(tx, scene):
    file_one(tx, scene.ben, scene.rose)
    (row,) = tx.all("select iri from report")

    assert not withdraw_report(tx, row["iri"], scene.rose.id, NOW)


def test_a_person_is_reported_without_a_post(tx, scene):
    add_person(tx, "max")

    filed = file_one(tx, scene.ben, scene.rose)

    assert filed.post_ids == ()
    assert [one.about for one in open_reports(tx)] == [scene.rose.handle]


@pytest.fixture
def elsewhere(tx, scene):
    """A community of lemmy.example, in which somebody of that node and rose have written."""
    lemmy = "https://lemmy.example"
    gardens = add_neighbour(tx, "gardens", lemmy, kind="Group")
    otto = add_neighbour(tx, "otto", lemmy)
    return gardens, otto, write(tx, otto, gardens, "rude"), write(tx, scene.rose, gardens, "ruder")


@pytest.mark.threat("T99")
def test_a_community_elsewhere_is_told_in_the_form_that_lemmy_and_piefed_take(tx, scene, elsewhere):
    gardens, otto, post, _ = elsewhere

    file_one(tx, scene.ben, otto, post, words="He shouted at Ben.", tells_home=True)

    ((flag, inbox),) = flags(tx)
    assert (flag["to"], flag["object"]) == ([gardens.iri], post.iri)
    assert flag["summary"] == "Harms somebody"
    assert inbox == gardens.shared_inbox
    assert scene.ben.iri not in json.dumps(flag)
    assert "shouted" not in json.dumps(flag)


def test_where_author_and_community_have_two_homes_both_are_told(tx, scene, elsewhere):
    gardens, _, _, roses = elsewhere

    file_one(tx, scene.ben, scene.rose, roses, tells_home=True)

    told = {inbox: flag["object"] for flag, inbox in flags(tx)}
    assert told == {
        scene.rose.shared_inbox: [scene.rose.iri, roses.iri],
        gardens.shared_inbox: roses.iri,
    }
    assert len({flag["id"] for flag, _ in flags(tx)}) == 2


@pytest.mark.parametrize("state", ["waiting", "parked", None])
def test_what_became_of_a_report_elsewhere_stands_with_it(tx, scene, state):
    file_one(tx, scene.ben, scene.rose, scene.post, tells_home=True)
    if state is None:
        tx.run("delete from delivery")
    else:
        tx.run("update delivery set state = :state", state=state)

    (report,) = open_reports(tx)

    assert (report.forwarded, report.told) == (True, state)
