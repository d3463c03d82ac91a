"""What somebody who searches is to others: whom they follow, and where they belong."""

from node.db.tx import Tx
from node.topics.posts.found_by import Finder

CIRCLES_MAX = 500
"""Of whom and what somebody follows, the latest count: each costs a look into the index."""


def finder_of(tx: Tx, actor_id: int) -> Finder:
    """What somebody of ours is to others, as far as it decides what they find."""
    rows = tx.all(
        """
        select f.followed_id, a.kind from follow f join actor a on a.id = f.followed_id
        where f.follower_id = :actor_id and f.state = 'accepted'
        order by f.id desc limit :limit
        """,
        actor_id=actor_id,
        limit=CIRCLES_MAX,
    )
    groups = {row["followed_id"] for row in rows if row["kind"] == "Group"}
    members = tx.all(
        """
        select community_id from membership where actor_id = :actor_id
        order by community_id limit :limit
        """,
        actor_id=actor_id,
        limit=CIRCLES_MAX,
    )
    memberships = {row["community_id"] for row in members}
    return Finder(
        actor_id=actor_id,
        follows=tuple(row["followed_id"] for row in rows if row["kind"] != "Group"),
        groups=tuple(groups | memberships),
        memberships=tuple(memberships),
    )
