"""What a community would not take: its author elsewhere is told why, and one of ours hears it."""

from dataclasses import dataclass

from federation import documents
from node.base.errors import NotAllowed
from node.base.markup import plain_text
from node.db.tx import Tx
from node.outbox.append import append_activity
from node.topics.actors.actions import new_activity_iri
from node.topics.actors.store import Actor, actor_by_id, actor_by_iri
from node.topics.communities.permissions import who_is
from node.topics.communities.store import community_even_closed
from node.topics.notifications.store import WORDS_CHARACTERS_MAX, notify
from node.topics.permissions.rules import Act, Role, may
from node.topics.posts.recipients import recipients_of
from node.topics.posts.store import post_by_iri

REFUSED = "refused"
TOLD_EVERY_S = 24 * 3_600
"""An author is told once a day by each community, so that nobody makes it talk."""

CLOSED_DOWN = "This community is closed down. Nobody writes in it any more."


class NotTaken(NotAllowed):
    """A community does not take what somebody wrote."""

    def __init__(self, sentence: str, group_id: int, author_id: int) -> None:
        super().__init__(sentence)
        self.group_id, self.author_id = group_id, author_id


def tell_refused(tx: Tx, refusal: NotTaken, create_iri: str, now: int) -> None:
    """Have a community of ours tell somebody of another node why it did not take their post.

    Once a day at most, and nothing where they may not know that it is there (T88).
    """
    group, author = actor_by_id(tx, refusal.group_id), actor_by_id(tx, refusal.author_id)
    if group is None or author is None or author.local or not group.local:
        return
    reason = reason_for(tx, group, author, refusal.sentence, now)
    if reason and note_told(tx, group.id, author.id, now):
        append_activity(
            tx,
            actor_id=group.id,
            activity=documents.render_reject_create(
                new_activity_iri(group), group.iri, create_iri, reason=reason, to=[author.iri]
            ),
            object_iri=create_iri,
            kind="Reject",
            inboxes=[author.inbox],
            public=False,
            now=now,
        )


def reason_for(tx: Tx, group: Actor, author: Actor, sentence: str, now: int) -> str:
    """What an author may be told; empty where they may not know of the community."""
    community = community_even_closed(tx, group.id)
    who = who_is(tx, group.id, author, now)
    if community is None:
        return ""
    if community.closed_at is not None:
        knew = community.visibility == "public" or who.role > Role.NOBODY
        return CLOSED_DOWN if knew else ""
    return sentence if may(Act.KNOW, community.place, who) else ""


def note_told(tx: Tx, group_id: int, author_id: int, now: int) -> bool:
    """Note that somebody is told now; False if they were within a day."""
    changed = tx.run(
        """
        insert into refusal_told (group_id, author_id, told_at)
        values (:group_id, :author_id, :now)
        on conflict (group_id, author_id) do update set told_at = excluded.told_at
        where refusal_told.told_at <= :before
        """,
        group_id=group_id,
        author_id=author_id,
        now=now,
        before=now - TOLD_EVERY_S,
    )
    return changed == 1


def forget_refusals(tx: Tx, now: int) -> int:
    """Forget who was told more than a day ago; how many there were."""
    return tx.run("delete from refusal_told where told_at <= :before", before=now - TOLD_EVERY_S)


def hear_refusal(tx: Tx, reject: documents.Reject, now: int) -> bool:
    """Tell one of ours that a community elsewhere did not take their post, and why; whether the
    Reject was of a post of ours.

    Only the word of a community that the post was for counts (T21).
    """
    if not isinstance(reject.object, str):
        return False
    row = tx.one(
        "select object_iri from outbox_entry where iri = :iri and kind = 'Create'",
        iri=reject.object,
    )
    if row is None:
        return False
    post, group = post_by_iri(tx, row["object_iri"]), actor_by_iri(tx, reject.actor)
    if post is None or group is None or not group.is_group or group.local:
        return True
    if post.community_id == group.id or any(
        actor_id == group.id for actor_id, _ in recipients_of(tx, post.id)
    ):
        words = plain_text(reject.content or "", WORDS_CHARACTERS_MAX)
        notify(tx, post.author_id, REFUSED, group.id, post.id, now, words)
    return True


@dataclass(frozen=True, slots=True)
class Refusal:
    """A community did not take a post; `words` may be empty."""

    group: Actor
    words: str


def refusal_of(tx: Tx, author_id: int, post_id: int) -> Refusal | None:
    """What its author was told about a post that a community did not take; None of any other."""
    row = tx.one(
        """
        select from_id, words from notification
        where post_id = :post_id and reader_id = :author_id and kind = 'refused'
        order by id desc limit 1
        """,
        post_id=post_id,
        author_id=author_id,
    )
    group = actor_by_id(tx, row["from_id"]) if row else None
    return Refusal(group, row["words"]) if row and group else None
