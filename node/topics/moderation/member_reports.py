"""What members of ours report: kept for those who look after things, and, if they ask for it, told
to the home of whoever it is about, by the node itself and without a word of theirs (T99)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from federation.documents.moderating import render_flag, render_flag_in_community
from node.base.errors import Invalid, NotAllowed
from node.db.tx import Tx
from node.outbox.append import append_activity
from node.topics.actors.actions import new_activity_iri
from node.topics.actors.store import Actor, reporting_actor
from node.topics.communities.lookup import known_by_id
from node.topics.moderation.flags import tell_who_looks_after
from node.topics.moderation.reasons import IN_WORDS, TOLD_ELSEWHERE
from node.topics.moderation.report_store import NewReport, add_report, count_open_of, report_id_of
from node.topics.permissions.rules import LIMITED, OPEN
from node.topics.posts.views import PostView, post_views

COMMENT_CHARACTERS_MAX = 1_000
OPEN_PER_PERSON_MAX = 30
POSTS_MAX = 50
"""Only such posts are named to the home of their author: others could have been reported by few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """What somebody of ours wants looked at: a person, perhaps with some of their posts.

    `tells_home`: the home of that person, and the community elsewhere that such a post stands in,
    are told as well.
    """

    about_id: int
    post_ids: Sequence[int] = ()
    words: str = ""
    reason: str = "other"
    tells_home: bool = False


@dataclass(frozen=True, slots=True)
class Filed:
    """A report as it was kept: with the posts that its reporter could see, by that person."""

    id: int
    about: Actor
    post_ids: tuple[int, ...]
    is_forwarded: bool


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Whom a report can be told to: the `home` of whom it is about, with the addresses of `posts`,
    and the community elsewhere (`group`) that one of the posts (`group_post`) stands in."""

    home: Actor | None
    posts: tuple[str, ...]
    group: Actor | None
    group_post: str

    @property
    def is_anybody(self) -> bool:
        return self.home is not None or self.group is not None


def file_report(tx: Tx, me: Actor, complaint: Complaint, now: int) -> Filed:
    """Keep a report by `me`, and tell those who look after things; nobody is told who made it.

    Raises:
        NotFound: there is no such person.
        Invalid: it says too much, is of no kind that there is, or about `me`.
        NotAllowed: too many reports by `me` wait.
    """
    check_complaint(me, complaint)
    about = known_by_id(tx, complaint.about_id, me)
    if count_open_of(tx, me.id, OPEN_PER_PERSON_MAX) >= OPEN_PER_PERSON_MAX:
        raise NotAllowed("Many reports of yours wait for a look already. Talk to somebody, please.")
    seen = post_views(tx, list(complaint.post_ids)[:POSTS_MAX], me).values()
    theirs = [view for view in seen if view.author.id == about.id]
    group = next((one.community for one in theirs if one.community and one.community.local), None)
    reporter, goes_to = reporting_actor(tx), told_elsewhere(about, theirs)
    report = NewReport(
        iri=new_activity_iri(reporter),
        reporter_id=me.id,
        about_id=about.id,
        group_id=group.id if group else None,
        words=complaint.words.strip(),
        post_ids=[view.post.id for view in theirs],
        reason=complaint.reason,
        is_forwarded=complaint.tells_home and goes_to.is_anybody,
    )
    if not add_report(tx, report, now):
        raise NotAllowed("Too many reports wait for a look here. Talk to somebody, please.")
    tell_who_looks_after(tx, report, now)
    if report.is_forwarded:
        tell_homes(tx, reporter, goes_to, report.iri, report.reason, now)
    return Filed(report_id_of(tx, report.iri), about, tuple(report.post_ids), report.is_forwarded)


def check_complaint(me: Actor, complaint: Complaint) -> None:
    if complaint.reason not in IN_WORDS:
        raise Invalid(f"A report is about one of: {', '.join(IN_WORDS)}.")
    if len(complaint.words) > COMMENT_CHARACTERS_MAX or "\x00" in complaint.words:
        raise Invalid(f"A report has at most {COMMENT_CHARACTERS_MAX} characters.")
    if complaint.about_id == me.id:
        raise Invalid("You cannot report yourself.")


def told_elsewhere(about: Actor, posts: Sequence[PostView]) -> Elsewhere:
    """Whom a report about somebody, with posts of theirs, can be told to at other nodes (T99).

    Their home is told of what everybody may read. The community elsewhere that a post stands in is
    told of that post, also of one behind its door, which it has itself; then their home, whose
    keeper need not read it, is not told. Where both have one home, the community alone is.
    """
    shown = tuple(one.post.iri for one in posts if one.post.visibility in OPEN)
    view = next((one for one in posts if stands_elsewhere(one)), None)
    group = view.community if view else None
    is_known_there = group is not None and (group.host == about.host or not shown)
    home = None if about.local or is_known_there else about
    return Elsewhere(home, shown, group, view.post.iri if view else "")


def stands_elsewhere(view: PostView) -> bool:
    """Whether a post stands in a community of another node, for those who may read it there."""
    group = view.community
    return group is not None and not group.local and view.post.visibility in (*OPEN, *LIMITED)


def tell_homes(tx: Tx, reporter: Actor, told: Elsewhere, iri: str, reason: str, now: int) -> None:
    """Send a Flag by the node, under the address `iri`: whom and which posts it is about, and
    nothing else. A community is told in a form of its own, which is all that Lemmy and PieFed take.
    """
    if told.home is not None:
        flag = render_flag(iri, reporter.iri, told.home.iri, list(told.posts))
        append_flag(tx, reporter, told.home, flag, now)
        iri = new_activity_iri(reporter)
    if told.group is not None:
        why = TOLD_ELSEWHERE[reason]
        flag = render_flag_in_community(iri, reporter.iri, told.group.iri, told.group_post, why)
        append_flag(tx, reporter, told.group, flag, now)


def append_flag(tx: Tx, reporter: Actor, to: Actor, flag: dict[str, Any], now: int) -> None:
    append_activity(
        tx,
        actor_id=reporter.id,
        activity=flag,
        object_iri=to.iri,
        kind="Flag",
        inboxes=[to.shared_inbox or to.inbox],
        public=False,
        now=now,
    )
