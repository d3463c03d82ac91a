"""The index of what people and communities are called, and whom somebody finds in it.

A community is found by what it says of itself, too. Who says that they are in no list
(`discoverable`) is found by their followers alone, except by the beginning of their handle; people
of this place find one another.
"""

from collections.abc import Collection

from node.base.index_terms import index_term, index_terms
from node.base.words import folded, holds_word, stems, stems_asked, words_of_html
from node.db.full_text import indexed_ids
from node.db.tx import Row, Tx
from node.topics.actors.store import Actor, actors_by_ids
from node.topics.posts.found_by import EVERYBODY, OUR_NODE, of_followers, of_members
from node.topics.posts.words_due import index_author_later

DUE_AT_ONCE = 100
CANDIDATES = 200
ID_MAX = 2**63 - 1
DOORS = {"public": EVERYBODY, "closed": OUR_NODE, "node": OUR_NODE}
"""Who finds a community of ours by its name, by its door; a hidden one is found by its members."""


def text_of_actor(actor: Actor) -> str:
    """What somebody is called, and what a community says of itself, folded."""
    about = words_of_html(actor.summary) if actor.is_group else ""
    return folded(f"{actor.display_name}\n{actor.name}\n{about}")


def circle_of(actor: Actor, door: str | None) -> str:
    """The circle that finds an actor; `door` is that of a community of ours."""
    if actor.local and actor.is_group:
        return DOORS.get(door or "", of_members(actor.id))
    if actor.local or actor.discoverable:
        return EVERYBODY
    return of_followers(actor.id)


def index_due_actors(tx: Tx, now: int) -> int:
    """Put some of those who wait for it into the index; of how many.

    Where somebody says something else than before about being found, so is what they wrote.
    """
    rows = tx.all(
        """
        select actor_id from actor_words_due where actor_id > 0 order by actor_id desc limit :limit
        """,
        limit=DUE_AT_ONCE,
    )
    ids = [row["actor_id"] for row in rows]
    actors = tx.all(ACTORS, ids=ids)
    for row in actors:
        if row["was_indexable"] is not None and row["was_indexable"] != row["indexable"]:
            index_author_later(tx, row["id"])
    tx.run("delete from actor_words_due where actor_id in (:ids[])", ids=ids)
    tx.run("delete from actor_words where actor_id in (:ids[])", ids=ids)
    for row in actors:
        index_actor(tx, row)
    return len(ids)


ACTORS = """
    select a.*, w.indexable as was_indexable, c.visibility as door
    from actor a left join actor_words w on w.actor_id = a.id
        left join community c on c.actor_id = a.id and c.closed_at is null
    where a.id in (:ids[]) and a.deleted_at is null and a.kind <> 'Application'
"""


def index_actor(tx: Tx, row: Row) -> None:
    actor = Actor.from_row(row)
    found = {stem for word in text_of_actor(actor).split() for stem in stems(word)}
    tx.run(
        "insert into actor_words (actor_id, words, indexable) values (:id, :words, :indexable)",
        id=actor.id,
        words=index_terms({circle_of(actor, row["door"])}, sorted(found)),
        indexable=int(actor.indexable),
    )


def actors_called(tx: Tx, query: str, circles: Collection[str], limit: int) -> list[Actor]:
    """Those in whose names all words of a query stand: of this place first, then by title.

    Of a word that more than 200 are called by, the latest of them count.
    """
    words = folded(query).split()
    asked = [stem for word in words for stem in stems_asked(word)]
    wanted = [[index_term(circle, stem) for stem in asked] for circle in sorted(circles)]
    ids = indexed_ids(tx, "actor", wanted, before_id=ID_MAX, after_id=0, limit=CANDIDATES)
    found = [
        actor
        for actor in actors_by_ids(tx, ids).values()
        if all(holds_word(text_of_actor(actor), word) for word in words)
    ]
    found.sort(key=lambda actor: (not actor.local, actor.title.lower(), actor.id))
    return found[:limit]
