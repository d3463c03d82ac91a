"""What somebody looks after, as it is named at a door: to everybody else there is nothing there."""

from node.base.errors import NotAllowed, NotFound
from node.db.tx import Tx
from node.topics.actors.store import Actor, actor_by_id
from node.topics.communities.lookup import known_local
from node.topics.communities.store import looks_after, standing_of
from node.topics.moderation.rules import check_may_moderate
from node.topics.posts.removals import Hidden, hidden_post_by_id
from node.topics.posts.views import PostView, post_view


def moderated_community(tx: Tx, me: Actor, name: str) -> Actor:
    """A community of ours that `me` looks after.

    Raises:
        NotFound: there is none: the same as for anybody who does not look after it.
    """
    group = known_local(tx, "communities", name, me)
    try:
        check_may_moderate(standing_of(tx, group.id, me.id))
    except NotAllowed:
        raise NotFound from None
    return group


def moderated_elsewhere(tx: Tx, me: Actor, group_id: int) -> Actor:
    """A community elsewhere that `me` looks after.

    Raises:
        NotFound: there is none: the same as for anybody who does not look after it.
    """
    group = actor_by_id(tx, group_id)
    if group is None or group.local or not group.is_group or not looks_after(tx, group, me):
        raise NotFound
    return group


def moderated_post(tx: Tx, me: Actor, post_id: int) -> tuple[PostView, Actor]:
    """A post that `me` may look after, and its community.

    Raises:
        NotFound: there is none, or it is not for them to look after: the two look the same.
    """
    view = post_view(tx, post_id, me)
    if view.community is None or not looks_after(tx, view.community, me):
        raise NotFound
    return view, view.community


def removed_post(tx: Tx, me: Actor, post_id: int | None) -> Hidden:
    """A post that is hidden in a community that `me` looks after.

    Raises:
        NotFound: there is none, or it is not for them to look after: the two look the same.
    """
    hidden = hidden_post_by_id(tx, post_id) if post_id is not None else None
    group_id = hidden.post.community_id if hidden else None
    group = actor_by_id(tx, group_id) if group_id is not None else None
    if hidden is None or not looks_after(tx, group, me):
        raise NotFound
    return hidden
