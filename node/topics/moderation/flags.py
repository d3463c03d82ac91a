"""Reports from other nodes, and who is told of them (T26, T99)."""

from federation import documents
from node.arrivals.apply_context import ApplyContext
from node.arrivals.tombstones import add_tombstone, has_tombstone, is_undone
from node.base.markup import plain_text
from node.db.tx import Tx
from node.topics.actors.store import Actor, actor_by_id, actors_by_iris, known_actor
from node.topics.communities.permissions import spoken_for
from node.topics.moderation.appeals import receive_appeal
from node.topics.moderation.desk import who_looks_after
from node.topics.moderation.report_store import (
    WORDS_CHARACTERS_MAX,
    NewReport,
    add_report,
    reopen_report,
    withdraw_report,
)
from node.topics.notifications.store import notify
from node.topics.posts.store import Post, post_by_iri, posts_by_ids
from node.topics.posts.views import PostView, post_views

OBJECTS_MAX = 50


def receive_flag(
    tx: Tx, flag: documents.Flag, context: ApplyContext, passing: Actor | None = None
) -> None:
    """Keep a report about people or posts of this node, or of its communities.

    Only posts that the reporter could see are kept with it, and nothing is told back: what is not
    here, hidden or none of theirs all end alike. A community that passes a report on is its
    reporter.

    Raises:
        Missing: the reporter is not stored here yet.
    """
    reporter = passing or known_actor(tx, flag.actor)
    if passing is None and receive_appeal(tx, flag, context):
        return
    was_undone = has_tombstone(tx, flag.iri, reporter.iri, "undone")
    if is_undone(tx, flag.iri, reporter.iri, context.signed_at):
        return
    iris = flag.objects[:OBJECTS_MAX]
    posts = [post for iri in iris if (post := post_by_iri(tx, iri)) is not None]
    seen = [view for post in posts if (view := seen_by_node(tx, post, reporter)) is not None]
    about = person_reported(tx, iris, seen)
    group = next((one.community for one in seen if one.community and one.community.local), None)
    if group is None and (about is None or not about.local):
        return
    report = NewReport(
        iri=flag.iri,
        reporter_id=reporter.id,
        about_id=about.id if about else None,
        group_id=group.id if group else None,
        words=plain_text(flag.content or "", WORDS_CHARACTERS_MAX),
        post_ids=[view.post.id for view in seen],
    )
    if (was_undone and reopen_report(tx, report)) or add_report(tx, report, context.now):
        tell_who_looks_after(tx, report, context.now)


def seen_by_node(tx: Tx, post: Post, reporter: Actor) -> PostView | None:
    """A post as whoever reports it may see it; what stands in a community, as the members of their
    node may: a node reports for its people, and does not say for whom (T99)."""
    group = actor_by_id(tx, post.community_id) if post.community_id else None
    reader = spoken_for(tx, group, reporter.iri) if group and not reporter.local else reporter
    return post_views(tx, [post.id], reader).get(post.id)


def person_reported(tx: Tx, iris: tuple[str, ...], seen: list[PostView]) -> Actor | None:
    """Who is reported: one of ours who is named, else whose post it is."""
    named = [actor for actor in actors_by_iris(tx, iris).values() if not actor.is_our_node]
    local = next((actor for actor in named if actor.local), None)
    if local is not None or not seen:
        return local or next(iter(named), None)
    return seen[0].author


def tell_who_looks_after(tx: Tx, report: NewReport, now: int) -> None:
    """Tell them what to look at; who reported it is not told (T99), nor is whoever it is about.

    Where that leaves nobody, the keeper finds it with `hedgerow status` and `report list`.
    """
    about = actor_by_id(tx, report.about_id) if report.about_id else None
    if about is None:
        return
    post_id = report.post_ids[0] if report.post_ids else 0
    reported = {post.author_id for post in posts_by_ids(tx, report.post_ids).values()} | {about.id}
    for reader_id in who_looks_after(tx, report.group_id):
        if reader_id in reported:
            continue
        notify(tx, reader_id, "report", about.id, post_id, now)


def undo_flag(tx: Tx, undo: documents.Undo, context: ApplyContext) -> bool:
    """Settle a report that its reporter takes back (NodeBB); False if there is none of theirs."""
    inner = undo.object
    iri = inner if isinstance(inner, str) else inner.iri
    rows = actors_by_iris(tx, [undo.actor])
    reporter = rows.get(undo.actor)
    if reporter is None or not withdraw_report(tx, iri, reporter.id, context.now):
        return False
    add_tombstone(tx, iri, reporter.iri, "undone", context.said_at, forever=True)
    return True
