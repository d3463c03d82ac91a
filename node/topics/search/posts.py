"""Which posts somebody finds by their words, the newest first, as far as they may see each of them.

The index is asked only in the circles that the reader is in (`posts/found_by.py`). What it leads to
goes through `post_views`, the way on which every post is shown, and is read: it has to have the
words now, be open to being found now, and be by nobody whom the reader has muted.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from node.base.ids import first_id
from node.base.index_terms import index_term
from node.base.words import holds_phrase, holds_word, stems_asked
from node.db.full_text import indexed_ids
from node.db.tx import Tx
from node.topics.actors.store import Actor
from node.topics.communities.lookup import known_by_handle
from node.topics.posts.found_by import circles_of_finder, may_find
from node.topics.posts.remote_post import AHEAD_S_MAX
from node.topics.posts.store import Post
from node.topics.posts.views import PostView, post_views
from node.topics.posts.words import findable, from_stem, in_stem, named_in, text_of
from node.topics.search.finder import finder_of
from node.topics.search.question import Question, read_question

ID_MAX = 2**63 - 1
STEMS_ASKED_MAX = 3
ROUNDS_MAX = 5
CANDIDATES = 60
LATE_S_MAX = 30 * 24 * 3_600
"""What came here later after it was written than that is not found with `before:`."""


@dataclass(frozen=True, slots=True)
class PostQuestion:
    """A question whose names are known: whose posts, and in which community."""

    question: Question
    author_id: int | None = None
    community_id: int | None = None


NOBODY = "Nobody is known here as {}. Check the name behind from:."
NO_COMMUNITY = "No community is known here as {}. Check the name behind in:."


def question_asked(tx: Tx, typed: str, reader: Actor, host: str) -> PostQuestion:
    """What somebody asks with what they typed; a name that means nothing here is a complaint.

    A name without a host is one of ours; `from:me` is the reader.
    """
    question = read_question(typed)
    author = author_named(tx, question.author, reader, host)
    if question.author is not None and author is None:
        return PostQuestion(replace(question, complaint=NOBODY.format(question.author)))
    group = group_named(tx, question.community, reader, host)
    if question.community is not None and group is None:
        return PostQuestion(replace(question, complaint=NO_COMMUNITY.format(question.community)))
    return PostQuestion(question, author.id if author else None, group.id if group else None)


def author_named(tx: Tx, typed: str | None, reader: Actor, host: str) -> Actor | None:
    if typed is None or typed.lower() == "me":
        return reader if typed is not None else None
    found = known_by_handle(tx, typed, host, reader)
    return found if found is not None and not found.is_group else None


def group_named(tx: Tx, typed: str | None, reader: Actor, host: str) -> Actor | None:
    found = known_by_handle(tx, typed.lstrip("!"), host, reader) if typed is not None else None
    return found if found is not None and found.is_group else None


@dataclass(frozen=True, slots=True)
class PostsFound:
    """Posts that were found; `older` is where the next part begins, if there may be more."""

    views: tuple[PostView, ...]
    older: int | None = None


def posts_found(
    tx: Tx, asked: PostQuestion, reader: Actor, *, before_id: int | None, limit: int
) -> PostsFound:
    """The newest `limit` posts below `before_id` that answer a question, for one reader.

    At most 300 are looked at; where that was too few, `older` leads on.
    """
    if asked.question.complaint:
        return PostsFound(())
    circles = circles_of_finder(finder_of(tx, reader.id))
    wanted = terms_wanted(asked, circles)
    found: list[PostView] = []
    question = asked.question
    below = min(before_id or ID_MAX, last_id_of(question.until))
    after_id = first_id(question.since - AHEAD_S_MAX) if question.since is not None else 0
    for _ in range(ROUNDS_MAX):
        ids = indexed_ids(tx, "post", wanted, before_id=below, after_id=after_id, limit=CANDIDATES)
        kept = kept_of(tx, asked, ids, reader, circles)
        found += kept[: limit - len(found)]
        if len(found) >= limit:
            return PostsFound(tuple(found), found[-1].post.id)
        if len(ids) < CANDIDATES:
            return PostsFound(tuple(found))
        below = ids[-1]
    return PostsFound(tuple(found), below)


def last_id_of(until: int | None) -> int:
    """Below which id everything stands that was written before `until`, and came here in time."""
    return first_id(until + LATE_S_MAX) if until is not None else ID_MAX


def terms_wanted(asked: PostQuestion, circles: Collection[str]) -> list[list[str]]:
    """What the index is asked for: in each circle, the few terms that tell most.

    The other words are looked for in what that leads to.
    """
    question = asked.question
    words = {*question.words, *(word for one in question.phrases for word in one.split())}
    stems = [stem for word in sorted(words, key=len, reverse=True) for stem in stems_asked(word)]
    chosen = list(dict.fromkeys(stems))[:STEMS_ASKED_MAX]
    if asked.author_id is not None:
        chosen.append(from_stem(asked.author_id))
    if asked.community_id is not None:
        chosen.append(in_stem(asked.community_id))
    return [[index_term(circle, stem) for stem in chosen] for circle in sorted(circles)]


def kept_of(
    tx: Tx, asked: PostQuestion, ids: Sequence[int], reader: Actor, circles: Collection[str]
) -> list[PostView]:
    """Those of the posts that the reader may see, wants to see, may find, and asked for."""
    views = post_views(tx, ids, reader)
    named = {one: [reader.id] for one, who in named_in(tx, ids).items() if reader.id in who}
    return [
        view
        for view in (views[one] for one in ids if one in views)
        if not view.is_muted and is_open_to(view, named, circles) and answers(asked, view.post)
    ]


def is_open_to(
    view: PostView, named: Mapping[int, Sequence[int]], circles: Collection[str]
) -> bool:
    """Whether searching may lead to a post now, whatever the index held of it."""
    post = view.post
    return may_find(findable(post, view.author.indexable, named.get(post.id, ())), circles)


def answers(asked: PostQuestion, post: Post) -> bool:
    """Whether a post has what was asked for."""
    question = asked.question
    if asked.author_id is not None and post.author_id != asked.author_id:
        return False
    if asked.community_id is not None and post.community_id != asked.community_id:
        return False
    if question.since is not None and post.published_at < question.since:
        return False
    if question.until is not None and post.published_at >= question.until:
        return False
    text = text_of(post)
    return all(holds_word(text, word) for word in question.words) and all(
        holds_phrase(text, phrase) for phrase in question.phrases
    )
