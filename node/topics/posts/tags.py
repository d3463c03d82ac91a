"""The hashtags of posts that everybody may read, for the lists of what has them."""

from collections.abc import Iterable

from node.base.hashtags import hashtag_key
from node.db.tx import Tx


def put_tags(tx: Tx, post_id: int, names: Iterable[str], *, is_public: bool) -> None:
    """Say anew which hashtags a post has; one that not everybody may read is found by none."""
    tx.run("delete from post_tag where post_id = :post_id", post_id=post_id)
    for key in sorted({hashtag_key(name) for name in names if is_public} - {""}):
        tx.run(
            "insert into post_tag (tag, post_id) values (:tag, :post_id) on conflict do nothing",
            tag=key,
            post_id=post_id,
        )
