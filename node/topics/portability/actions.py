"""After a restore: what went since the backup is taken out, and everybody signs in anew.

Each function does a part, and says where to go on; None ends it.
"""

from collections.abc import Mapping

from node.db.backup.gone import Kind, mark_of
from node.db.tx import Tx
from node.outbox.append import cancel_unsent
from node.topics.accounts.store import end_all_sessions, revoke_tokens
from node.topics.actors.activities import delete_actor
from node.topics.actors.store import actors_by_ids
from node.topics.portability.deletion import depart, drop_messages
from node.topics.portability.store import local_people_among, some_actors, some_posts, some_tokens
from node.topics.posts.removals import BEFORE_IT_CAME, hide_posts
from node.topics.posts.store import posts_by_ids
from node.topics.publishing.fanout import remove_post

Marks = Mapping[Kind, frozenset[str]]


def sign_everybody_out(tx: Tx) -> None:
    """End what was begun before the machine was lost: browsers' sessions, and apps half let in."""
    end_all_sessions(tx)


def take_out_posts(tx: Tx, marks: Marks, after_id: int, now: int) -> int | None:
    """Delete or hide again those of some posts that went since the backup.

    What of them still waits to be sent is not; that they are gone was said then.
    """
    found = some_posts(tx, after_id)
    deleted = [one for one, iri in found.items() if mark_of(iri) in marks["post"]]
    for post in posts_by_ids(tx, deleted).values():
        remove_post(tx, post, now)
        cancel_unsent(tx, post.iri)
    removed = [one for one, iri in found.items() if mark_of(iri) in marks["removed"]]
    hide_posts(tx, removed, BEFORE_IT_CAME, now)
    return max(found, default=None)


def take_out_actors(tx: Tx, marks: Marks, after_id: int, now: int) -> int | None:
    """Delete those of some people and groups who went since the backup.

    Of ours their accounts and all that they said go as well; that they left was said then.
    """
    found = some_actors(tx, after_id)
    gone = [one for one, iri in found.items() if mark_of(iri) in marks["actor"]]
    ours = local_people_among(tx, gone)
    for actor_id in ours:
        drop_messages(tx, actor_id)
        depart(tx, actor_id, now)
    for actor in actors_by_ids(tx, [one for one in gone if one not in ours]).values():
        delete_actor(tx, actor, now)
    return max(found, default=None)


def take_out_tokens(tx: Tx, marks: Marks, after: str, now: int) -> str | None:
    """Revoke those of some tokens that were revoked since the backup."""
    found = some_tokens(tx, after)
    revoke_tokens(tx, [one for one in found if mark_of(one) in marks["token"]], now)
    return max(found, default=None)
