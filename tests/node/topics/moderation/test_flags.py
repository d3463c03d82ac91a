"""Reports: kept with what the reporter could see, told to those who look after things."""

import pytest

from federation import documents
from node.topics.accounts.actions import create_account
from node.topics.communities.store import put_member
from node.topics.members.actions import Founding, found_community
from node.topics.moderation.desk_store import KEEPER, case_on, settle_case
from node.topics.moderation.report_store import open_reports
from node.topics.notifications.store import notifications
from node.topics.permissions.rules import Role
from node.topics.posts.store import post_by_id
from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft
from tests.neighbours import KEYS, NOW, ORIGIN, THERE, add_neighbour, add_person
from tests.node.topics.moderation.scenes import announced, ours, outbox, receive, theirs


def flag(reporter, *iris, content="Please look.", number=1):
    return documents.Flag(
        iri=f"{reporter.iri}/flag/{number}", actor=reporter.iri, objects=iris, content=content
    )


def add_keeper(tx, name, role):
    return create_account(
        tx,
        origin=ORIGIN,
        name=name,
        email=None,
        password_hash=None,
        role=role,
        keys=KEYS,
        now=NOW,
    )


def actor_id_of(tx, name):
    return tx.one("select actor_id from account where name = :name", name=name)["actor_id"]


def told(tx, reader_id):
    found = notifications(tx, reader_id, 10, kinds=["report"])
    return [(one.from_id, one.post_id) for one in found]


def test_a_report_about_a_post_in_a_community_is_told_to_those_who_look_after_it(tx):
    scene = ours(tx)

    receive(tx, flag(scene.mia, scene.post.iri, scene.rose.iri))

    (report,) = open_reports(tx)
    assert (report.about, report.community) == (scene.rose.handle, scene.walkers.handle)
    assert report.posts == (scene.post.iri,)
    assert report.words == "Please look."
    assert told(tx, scene.ann.id) == [(scene.rose.id, scene.post.id)]
    assert told(tx, scene.ben.id) == []


def test_a_report_about_somebody_of_ours_is_told_to_those_who_look_after_the_node(tx):
    scene = ours(tx)
    for name, role in (("kim", "moderator"), ("lou", "organiser"), ("max", "member")):
        add_keeper(tx, name, role)

    receive(tx, flag(scene.mia, scene.ben.iri))

    assert [len(told(tx, actor_id_of(tx, name))) for name in ("kim", "lou", "max")] == [1, 1, 0]
    assert told(tx, scene.ann.id) == []


@pytest.mark.threat("T26")
@pytest.mark.threat("T82")
@pytest.mark.parametrize("visibility", ["followers", "direct"])
def test_a_report_keeps_no_post_that_its_reporter_could_not_see(tx, visibility):
    scene = ours(tx)
    hidden = publish(tx, scene.ben, Draft(text="quietly @ann", visibility=visibility), NOW)
    iri = post_by_id(tx, hidden).iri

    receive(tx, flag(scene.mia, iri))
    assert open_reports(tx) == []

    receive(tx, flag(scene.mia, iri, scene.ben.iri, number=2))
    (report,) = open_reports(tx)
    assert (report.about, report.posts) == (scene.ben.handle, ())


@pytest.mark.threat("T26")
def test_a_report_keeps_a_message_that_its_reporter_was_sent(tx):
    scene = ours(tx)
    made = publish(
        tx, scene.ben, Draft(text=f"psst @mia@{scene.mia.host}", visibility="direct"), NOW
    )

    receive(tx, flag(scene.mia, post_by_id(tx, made).iri))

    assert open_reports(tx)[0].posts == (post_by_id(tx, made).iri,)


@pytest.mark.threat("T26")
@pytest.mark.threat("T99")
def test_a_report_tells_nothing_back_and_names_its_reporter_to_nobody_on_pages(tx):
    scene = ours(tx)
    tx.run("delete from outbox_entry where id > 0")

    for number, iri in enumerate((scene.post.iri, scene.ben.iri, f"{ORIGIN}/posts/none")):
        receive(tx, flag(scene.mia, iri, number=number))

    assert outbox(tx) == []
    assert scene.mia.id not in [from_id for from_id, _ in told(tx, scene.ann.id)]


def test_a_report_of_what_is_none_of_ours_is_not_kept(tx):
    scene = theirs(tx)

    receive(tx, flag(scene.rose, scene.post.iri, scene.otto.iri))

    assert open_reports(tx) == []


@pytest.mark.threat("T119")
def test_a_report_sent_five_times_is_kept_and_told_once(tx):
    scene = ours(tx)

    for _ in range(5):
        receive(tx, flag(scene.mia, scene.post.iri))

    assert len(open_reports(tx)) == 1
    assert len(told(tx, scene.ann.id)) == 1


def test_of_one_host_at_most_five_hundred_reports_wait(tx):
    scene = ours(tx)
    for number in range(501):
        receive(tx, flag(scene.mia, scene.post.iri, number=number))

    assert tx.one("select count(*) as n from report")["n"] == 500


def test_a_report_that_a_community_passes_on_is_its_own(tx):
    scene = theirs(tx)
    inner = flag(scene.rose, scene.anns.iri)

    receive(tx, announced(scene.valley, inner))

    (report,) = open_reports(tx)
    assert (report.reporter, report.about) == (scene.valley.handle, scene.ann.handle)


def test_the_words_of_a_report_are_plain_text(tx):
    scene = ours(tx)

    receive(tx, flag(scene.mia, scene.post.iri, content="<b>look</b><script>x</script>"))

    assert open_reports(tx)[0].words == "look"


def test_a_settled_report_waits_no_longer_and_keeps_when_it_was_settled(tx):
    scene = ours(tx)
    receive(tx, flag(scene.mia, scene.post.iri))
    (report,) = open_reports(tx)

    settle_case(tx, report.case_id, "left", None, NOW)
    settle_case(tx, report.case_id, "removed", None, NOW + 60)

    case = case_on(tx, KEEPER, report.case_id)
    assert (case.settled_at, case.outcome) == (NOW, "removed")
    assert open_reports(tx) == []


@pytest.mark.threat("T20")
def test_nobody_else_takes_a_report_back(tx):
    scene = ours(tx)
    made = flag(scene.mia, scene.post.iri)
    receive(tx, made)

    receive(tx, documents.Undo(iri=f"{scene.rose.iri}/u", actor=scene.rose.iri, object=made))

    assert len(open_reports(tx)) == 1


def test_a_report_about_somebody_of_yet_another_node_alone_is_not_kept(tx):
    add_person(tx, "ann")
    mia, reed = add_neighbour(tx, "mia"), add_neighbour(tx, "reed")

    receive(tx, flag(mia, reed.iri))

    assert open_reports(tx) == []


@pytest.mark.threat("T82", "T99")
@pytest.mark.feature("M01", "F13")
def test_a_node_reports_what_it_reads_behind_a_door_for_its_members_and_no_other_node_does(tx):
    ann = add_person(tx, "ann")
    founding = Founding(
        origin=ORIGIN, name="circle", title="Circle", visibility="closed", elsewhere=True
    )
    circle = found_community(tx, founding, ann, KEYS, NOW)
    put_member(tx, circle.id, add_neighbour(tx, "mia").id, Role.MEMBER, NOW)
    post = post_by_id(tx, publish(tx, ann, Draft(text="@circle Between us"), NOW))
    there, other = (
        add_neighbour(tx, "moderators", origin, kind="Service")
        for origin in (THERE, "https://other.example")
    )

    receive(tx, flag(other, post.iri))
    assert open_reports(tx) == []

    receive(tx, flag(there, post.iri, number=2))
    (report,) = open_reports(tx)
    assert (report.community, report.posts) == (circle.handle, (post.iri,))
