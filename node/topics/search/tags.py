"""Which hashtags a query finds, among those of posts that everybody may read."""

from node.base.hashtags import hashtag_key
from node.db.tx import Tx


def tags_found(tx: Tx, query: str, limit: int) -> list[str]:
    """The keys of the hashtags that begin with a query, in their order; at most `limit`.

    A key that only posts have which are held, removed or by people of silenced hosts is none.
    """
    key = hashtag_key(query.strip())
    if not key:
        return []
    rows = tx.all(TAGS, low=key, high=key + "\U0010ffff", limit=limit)
    return [row["key"] for row in rows]


TAGS = """
    with recursive known (key, number) as (
        select min(t.tag), 1 from post_tag t where t.tag >= :low and t.tag < :high
        union all
        select (select min(t.tag) from post_tag t where t.tag > known.key and t.tag < :high),
            known.number + 1
        from known where known.key is not null and known.number < :limit
    )
    select known.key from known
    where known.key is not null and exists (
        select 1 from post_tag t join post p on p.id = t.post_id join actor a on a.id = p.author_id
        where t.tag = known.key and p.visibility = 'public' and p.deleted_at is null
          and a.hidden_at is null and a.silenced_at is null and a.deleted_at is null
          and not exists (select 1 from held_post h where h.post_id = p.id and h.state <> 'passed'))
    order by known.key
"""
"""Steps from one key to the next on an index, however many posts have it."""
