"""What those who look after our communities send, as their communities pass it on."""

from collections.abc import Callable

from federation import documents
from node.arrivals.apply_context import ApplyContext
from node.db.tx import Tx
from node.topics.moderation import member_actions, post_actions
from node.topics.organising.actions import change
from node.topics.organising.rules import Settings
from node.topics.posts.store import Post, post_by_iri
from node.topics.publishing.activities import receive_create
from node.topics.publishing.refusals import NotTaken, tell_refused
from tests.neighbours import NOW, note, sent
from tests.sent import LATER, Json, Maker, World, everything_said, said, world

DAYS = 7


def page_of_rose(tx: Tx, here: World) -> Post:
    """A post of somebody elsewhere in our community."""
    iri, to = f"{here.rose.iri}/notes/1", (here.walkers.iri, documents.PUBLIC)
    document = note(here.rose, "The path is dry.", iri=iri, to=to, audience=here.walkers.iri)
    create = sent(documents.Create, here.rose, document)
    receive_create(tx, create, ApplyContext(NOW, {}, {"id": create.iri, "type": "Create"}))
    post = post_by_iri(tx, iri)
    assert post is not None
    return post


def about_a_post(*deeds: Callable[[Tx, World, Post], object]) -> Maker:
    """What the community passes on of the last of some things that are done to a post."""

    def make(tx: Tx) -> Json:
        here = world(tx)
        post = page_of_rose(tx, here)
        for deed in deeds:
            deed(tx, here, post)
        return said(tx, here.walkers)

    return make


def about_a_person(*deeds: Callable[[Tx, World], object]) -> Maker:
    """What the community passes on of the last of some things that are done about somebody."""

    def make(tx: Tx) -> Json:
        here = world(tx)
        for deed in deeds:
            deed(tx, here)
        return said(tx, here.walkers)

    return make


def shown_no_longer(tx: Tx) -> Json:
    """What those get who only follow the community, of a post that is removed."""
    here = world(tx)
    post = page_of_rose(tx, here)
    remove(tx, here, post)
    (undo,) = [one for one in everything_said(tx, here.walkers) if one["type"] == "Undo"]
    return undo


def reject_create(tx: Tx) -> Json:
    """What rose is told who wrote in the community and may not begin a conversation there."""
    here = world(tx)
    change(tx, here.ann, here.walkers, Settings(posting="moderators"), NOW)
    iri, to = f"{here.rose.iri}/notes/1", (here.walkers.iri, documents.PUBLIC)
    create = sent(documents.Create, here.rose, note(here.rose, iri=iri, to=to))
    try:
        receive_create(tx, create, ApplyContext(NOW, {}))
    except NotTaken as refusal:
        tell_refused(tx, refusal, f"{here.rose.iri}/creates/1", NOW)
    return said(tx, here.walkers)


def pin(tx: Tx, here: World, post: Post) -> None:
    post_actions.pin(tx, here.ann, post.id, NOW)


def unpin(tx: Tx, here: World, post: Post) -> None:
    post_actions.unpin(tx, here.ann, post.id, LATER)


def lock(tx: Tx, here: World, post: Post) -> None:
    post_actions.lock(tx, here.ann, post.id, "All is said.", NOW)


def unlock(tx: Tx, here: World, post: Post) -> None:
    post_actions.unlock(tx, here.ann, post.id, LATER)


def remove(tx: Tx, here: World, post: Post) -> None:
    post_actions.remove(tx, here.ann, post.id, "Not about walks.", NOW)


def remove_with_replies(tx: Tx, here: World, post: Post) -> None:
    post_actions.remove(tx, here.ann, post.id, "Not about walks.", NOW, with_replies=True)


def restore(tx: Tx, here: World, post: Post) -> None:
    post_actions.restore(tx, here.ann, post.id, LATER)


def ban(tx: Tx, here: World) -> None:
    member_actions.ban(tx, here.ann, here.walkers.id, here.rose.id, NOW, reason="Rude.", days=DAYS)


def ban_and_remove(tx: Tx, here: World) -> None:
    member_actions.ban(
        tx, here.ann, here.walkers.id, here.rose.id, NOW, reason="Rude.", removes=True
    )


def unban(tx: Tx, here: World) -> None:
    group, rose = here.walkers.id, here.rose.id
    member_actions.unban(tx, here.ann, group, rose, LATER, restores=True)


def appoint(tx: Tx, here: World) -> None:
    member_actions.add_moderator(tx, here.ann, here.walkers.id, here.rose.id, NOW)


def dismiss(tx: Tx, here: World) -> None:
    member_actions.remove_moderator(tx, here.ann, here.walkers.id, here.rose.id, LATER)


MODERATION: dict[str, Maker] = {
    "lemmy/reject_create": reject_create,
    "lemmy/announce_pin": about_a_post(pin),
    "lemmy/announce_unpin": about_a_post(pin, unpin),
    "lemmy/announce_lock": about_a_post(lock),
    "lemmy/announce_unlock": about_a_post(lock, unlock),
    "lemmy/announce_remove": about_a_post(remove),
    "lemmy/announce_remove_with_replies": about_a_post(remove_with_replies),
    "lemmy/undo_boost_of_removed": shown_no_longer,
    "lemmy/announce_restore": about_a_post(remove, restore),
    "lemmy/announce_ban": about_a_person(ban),
    "lemmy/announce_ban_and_remove": about_a_person(ban_and_remove),
    "lemmy/announce_unban": about_a_person(ban, unban),
    "lemmy/announce_appoint": about_a_person(appoint),
    "lemmy/announce_dismiss": about_a_person(appoint, dismiss),
}
