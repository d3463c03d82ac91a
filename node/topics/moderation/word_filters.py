"""The words and sites for which posts wait for a look: of each community, and of the node."""

from dataclasses import dataclass

from node.base.errors import Conflict, NotFound
from node.base.ids import new_id
from node.base.markup import HTML_CHARACTERS_MAX, plain_text
from node.db.tx import Tx
from node.topics.actors.store import Actor
from node.topics.moderation.word_rules import OFFERED, Filter, first_match, new_filter
from node.topics.posts.store import Post

FILTERS_MAX = 200


@dataclass(frozen=True, slots=True)
class Listed:
    """A filter with its number."""

    id: int
    filter: Filter


def filters_of(tx: Tx, group_id: int) -> list[Listed]:
    """The filters of a community, or of the node by its own actor, in the order of the alphabet."""
    rows = tx.all(
        """
        select id, kind, phrase from word_filter where group_id = :group_id
        order by kind, phrase limit :limit
        """,
        group_id=group_id,
        limit=FILTERS_MAX,
    )
    return [Listed(row["id"], Filter(row["kind"], row["phrase"])) for row in rows]


def add_filter(tx: Tx, group: Actor, kind: str, text: str, now: int) -> Filter:
    """Have posts wait that hold some words or lead to a site; repeating it does nothing.

    Raises:
        Invalid: it is too short, too long, or no name of a site.
        Conflict: there are 200 already.
    """
    made = new_filter(kind, text)
    if len(filters_of(tx, group.id)) >= FILTERS_MAX:
        raise Conflict(f"There are {FILTERS_MAX} already. Take some off the list first.")
    tx.run(
        """
        insert into word_filter (id, group_id, kind, phrase, created_at)
        values (:id, :group_id, :kind, :phrase, :now)
        on conflict (group_id, kind, phrase) do nothing
        """,
        id=new_id(now),
        group_id=group.id,
        kind=made.kind,
        phrase=made.phrase,
        now=now,
    )
    return made


def add_offered(tx: Tx, group: Actor, name: str, now: int) -> None:
    """Take over one of the lists that are offered.

    Raises:
        NotFound: there is no such list.
        Conflict: there are 200 already.
    """
    if name not in OFFERED:
        raise NotFound
    for phrase in OFFERED[name][1]:
        add_filter(tx, group, "words", phrase, now)


def drop_filter(tx: Tx, group: Actor, filter_id: int) -> None:
    """Take one off the list; repeating it does nothing."""
    tx.run(
        "delete from word_filter where id = :id and group_id = :group_id",
        id=filter_id,
        group_id=group.id,
    )


def matched_in(tx: Tx, post: Post, places: list[Actor]) -> str | None:
    """The first words or site of some places' lists that a post holds."""
    filters = [one.filter for place in places for one in filters_of(tx, place.id)]
    if not filters:
        return None
    html = post.content.replace("</p>", " ").replace("<br>", " ")
    parts = [post.title or "", post.content_note or "", plain_text(html, HTML_CHARACTERS_MAX)]
    parts += [one.description or "" for one in post.attachments]
    parts += [choice.name for choice in post.poll.choices] if post.poll else []
    links = [part.partition('"')[0] for part in post.content.split('href="')[1:]]
    return first_match(filters, " ".join(parts), [*links, *(one.url for one in post.attachments)])
