"""What was published before somebody here followed: shown where it belongs, told to nobody."""

from federation.origin import is_same_origin
from node.db.tx import Tx
from node.topics.actors.store import Actor
from node.topics.posts.community_posts import put_in_community
from node.topics.posts.rules import may_boost
from node.topics.posts.store import post_by_iri
from node.topics.publishing.receive_announce import is_for
from node.topics.reactions.boosts import add_boost


def put_in_history(tx: Tx, actor: Actor, post_iri: str, listed_iri: str) -> None:
    """Show a post among the conversations of the community whose own home lists it.

    `listed_iri` is what stands in the listing. Where that is the community's own activity, a
    conversation is its boost as well, at the time of the post and in nobody's home. A post that is
    not meant for the community stays its boost alone (T24). A person's own posts need nothing more
    than to be stored.
    """
    post = post_by_iri(tx, post_iri)
    if post is None or not actor.is_group or not may_boost(post.visibility, is_author=False):
        return
    if is_for(tx, post, actor):
        put_in_community(tx, post, actor.id)
    is_passed_on = listed_iri != post_iri and is_same_origin(listed_iri, actor.iri)
    if is_passed_on and post.parent_iri is None:
        add_boost(tx, actor.id, post, listed_iri, post.published_at, in_homes=False)
