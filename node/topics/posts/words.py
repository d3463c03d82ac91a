"""The index of what posts say: which words they have, and putting them in.

What is written here is put in at once; what comes from elsewhere, edits of it, and what was here
before there was an index, some seconds later (`words_due.py`), so that nothing that arrives waits
for it. What goes leaves the index in the transaction in which it goes.
"""

from collections.abc import Sequence

from node.base.index_terms import index_terms
from node.base.words import folded, stems, words_of_html
from node.db.tx import Tx
from node.topics.posts.found_by import Findable, circles_of_post
from node.topics.posts.store import Post

DUE_AT_ONCE = 40


def text_of(post: Post) -> str:
    """All that a post says in words, folded: title, note, text, choices, descriptions, place."""
    choices = [choice.name for choice in post.poll.choices] if post.poll else []
    pictures = [one.description or "" for one in post.attachments]
    texts = [post.title or "", post.content_note or "", words_of_html(post.content)]
    return folded("\n".join([*texts, *choices, *pictures, post.place or ""]))


def stems_of(post: Post) -> set[str]:
    """The stems that a post has in the index: of its words, its author and its community."""
    found = {stem for word in text_of(post).split() for stem in stems(word)}
    group = {in_stem(post.community_id)} if post.community_id is not None else set()
    return found | {from_stem(post.author_id)} | group


def from_stem(author_id: int) -> str:
    """What everything that somebody wrote has in the index; no word of a text is like it."""
    return f"@{author_id}"


def in_stem(group_id: int) -> str:
    """What everything in a community has in the index; no word of a text is like it."""
    return f"!{group_id}"


def index_posts(tx: Tx, ids: Sequence[int]) -> None:
    """Put posts into the index as they are now, in place of what it had of them."""
    tx.run("delete from post_words_due where post_id in (:ids[])", ids=ids)
    tx.run("delete from post_words where post_id in (:ids[])", ids=ids)
    rows = tx.all(
        """
        select p.*, a.indexable from post p join actor a on a.id = p.author_id
        where p.id in (:ids[]) and p.deleted_at is null and a.deleted_at is null
        """,
        ids=ids,
    )
    named = named_in(tx, [row["id"] for row in rows])
    for row in rows:
        post = Post.from_row(row)
        circles = circles_of_post(findable(post, bool(row["indexable"]), named.get(post.id, ())))
        tx.run(
            "insert into post_words (post_id, words) values (:id, :words)",
            id=post.id,
            words=index_terms(circles, sorted(stems_of(post))),
        )


def index_due(tx: Tx, now: int) -> int:
    """Put some of what waits for it into the index, the newest first; of how many posts."""
    rows = tx.all(
        """
        select post_id from post_words_due where post_id > 0 order by post_id desc limit :limit
        """,
        limit=DUE_AT_ONCE,
    )
    index_posts(tx, [row["post_id"] for row in rows])
    return len(rows)


def findable(post: Post, is_indexable: bool, named: Sequence[int]) -> Findable:
    """What decides who finds a post."""
    return Findable(post.visibility, post.author_id, is_indexable, post.community_id, tuple(named))


def named_in(tx: Tx, ids: Sequence[int]) -> dict[int, list[int]]:
    """The people of ours whom posts name or are for, by post."""
    rows = tx.all(
        """
        select r.post_id, r.actor_id from post_recipient r join actor a on a.id = r.actor_id
        where r.post_id in (:ids[]) and a.local = 1
        order by r.post_id, r.actor_id
        """,
        ids=ids,
    )
    found: dict[int, list[int]] = {}
    for row in rows:
        found.setdefault(row["post_id"], []).append(row["actor_id"])
    return found
