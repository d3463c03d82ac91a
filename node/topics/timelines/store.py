"""The timelines, read by key: ids of posts and boosts, the newest first."""

from dataclasses import dataclass

from node.db.tx import Row, Tx
from node.topics.actors.store import Actor

ID_MAX = 2**63 - 1
VISITOR = 0
LIMIT_MAX = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Which part of a timeline: below `max_id`, above `since_id`, or the next above `min_id`."""

    limit: int = 20
    max_id: int | None = None
    since_id: int | None = None
    min_id: int | None = None

    @property
    def before(self) -> int:
        """Only what is below this id."""
        return self.max_id or ID_MAX

    @property
    def after(self) -> int:
        """Only what is above this id."""
        return max(self.since_id or 0, self.min_id or 0)

    @property
    def is_upwards(self) -> bool:
        """Whether to take those next above `min_id`, not the newest."""
        return self.min_id is not None


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a timeline: a post, or a boost of one. `id` is what clients page by."""

    id: int
    post_id: int
    boost_id: int | None = None
    booster_id: int | None = None
    boosted_at: int | None = None
    boost_iri: str | None = None

    @classmethod
    def from_row(cls, row: Row) -> "Item":
        """The item in a row that has its columns."""
        names = ("id", "post_id", "boost_id", "booster_id", "boosted_at", "boost_iri")
        return cls(*(row[name] for name in names))


def home(tx: Tx, reader_id: int, page: Page) -> list[Item]:
    """What stands in somebody's home."""
    sql = HOME_UPWARDS if page.is_upwards else HOME
    return items(tx, sql, page, reader_id=reader_id)


HOME = """
    select h.item_id as id, h.post_id, h.boost_id, b.actor_id as booster_id,
        b.created_at as boosted_at, b.iri as boost_iri
    from home_entry h left join boost b on b.id = h.boost_id
    where h.reader_id = :reader_id and h.item_id < :before and h.item_id > :after
    order by h.item_id desc limit :limit
"""
HOME_UPWARDS = HOME.replace("order by h.item_id desc", "order by h.item_id")


WANTED = """
    and not exists (select 1 from block k where k.blocker_id = :reader_id
                    and k.blocked_id = p.author_id)
    and not exists (select 1 from mute m where m.muter_id = :reader_id
                    and m.muted_id in (p.author_id, p.community_id))
    and not exists (select 1 from same_person s join block k on k.blocker_id = s.other_id
                    where s.actor_id = :reader_id and k.blocked_id = p.author_id)
    and not exists (select 1 from same_person s join mute m on m.muter_id = s.other_id
                    where s.actor_id = :reader_id
                      and m.muted_id in (p.author_id, p.community_id))
"""
"""A post `p` is by nobody whom the reader has blocked or muted under any of their names, and in no
community that they muted."""


def public(tx: Tx, reader: Actor | None, page: Page, *, local_only: bool = False) -> list[Item]:
    """Every public post held here, or only those written here; answers are left out.

    So is what those of blocked and silenced hosts write, and those whom the reader wants to see
    nothing of.
    """
    reader_id = reader.id if reader else VISITOR
    if local_only:
        return items(
            tx,
            PUBLIC_LOCAL_UPWARDS if page.is_upwards else PUBLIC_LOCAL,
            page,
            reader_id=reader_id,
        )
    return items(tx, PUBLIC_UPWARDS if page.is_upwards else PUBLIC, page, reader_id=reader_id)


PUBLIC = (
    """
    select p.id, p.id as post_id, null as boost_id, null as booster_id, null as boosted_at,
        null as boost_iri
    from post p join actor a on a.id = p.author_id
    where p.visibility = 'public' and p.deleted_at is null and p.parent_iri is null
      and a.hidden_at is null and a.silenced_at is null and p.id < :before and p.id > :after
      and not exists (select 1 from held_post h where h.post_id = p.id and h.state <> 'passed')
    """
    + WANTED
    + "order by p.id desc limit :limit"
)
PUBLIC_UPWARDS = PUBLIC.replace("order by p.id desc", "order by p.id")
PUBLIC_LOCAL = (
    """
    select p.id, p.id as post_id, null as boost_id, null as booster_id, null as boosted_at,
        null as boost_iri
    from post p
    where p.visibility = 'public' and p.deleted_at is null and p.local = 1
      and p.parent_iri is null and p.id < :before and p.id > :after
    """
    + WANTED
    + "order by p.id desc limit :limit"
)
PUBLIC_LOCAL_UPWARDS = PUBLIC_LOCAL.replace("order by p.id desc", "order by p.id")


def of_community(tx: Tx, community_id: int, reader: Actor | None, page: Page) -> list[Item]:
    """The conversations of a community, the newest first; without those begun by anybody whom the
    reader has blocked or muted."""
    reader_id = reader.id if reader else VISITOR
    sql = COMMUNITY_UPWARDS if page.is_upwards else COMMUNITY
    return items(tx, sql, page, community_id=community_id, reader_id=reader_id)


COMMUNITY = """
    select p.id, p.id as post_id, null as boost_id, null as booster_id, null as boosted_at,
        null as boost_iri
    from post p
    where p.community_id = :community_id and p.deleted_at is null and p.removed_in is null
      and p.parent_iri is null
      and p.visibility in ('public', 'unlisted', 'members', 'node')
      and p.id < :before and p.id > :after
      and not exists (select 1 from block k where k.blocker_id = :reader_id
                      and k.blocked_id = p.author_id)
      and not exists (select 1 from mute m where m.muter_id = :reader_id
                      and m.muted_id = p.author_id)
      and not exists (select 1 from same_person s join block k on k.blocker_id = s.other_id
                      where s.actor_id = :reader_id and k.blocked_id = p.author_id)
      and not exists (select 1 from same_person s join mute m on m.muter_id = s.other_id
                      where s.actor_id = :reader_id and m.muted_id = p.author_id)
    order by p.id desc limit :limit
"""
COMMUNITY_UPWARDS = COMMUNITY.replace("order by p.id desc", "order by p.id")


@dataclass(frozen=True, slots=True, kw_only=True)
class TagQuestion:
    """What is asked of a hashtag: `key`, or one of `also`; with all of `and_also`, with none of
    `without`. All are keys (`node/base/hashtags.py`)."""

    key: str
    also: tuple[str, ...] = ()
    and_also: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    local_only: bool = False
    remote_only: bool = False
    only_media: bool = False


def of_tag(tx: Tx, asked: TagQuestion, reader: Actor | None, page: Page) -> list[Item]:
    """Public posts with a hashtag, answers among them, the newest first.

    What those of blocked and silenced hosts write is left out, and what the reader wants to see
    nothing of.
    """
    params: dict[str, int | str | list[str]] = {
        "all_of": list(asked.and_also),
        "all_count": len(set(asked.and_also)),
        "none_of": list(asked.without),
        "local_only": int(asked.local_only),
        "remote_only": int(asked.remote_only),
        "only_media": int(asked.only_media),
        "reader_id": reader.id if reader else VISITOR,
    }
    if asked.also:
        keys = [asked.key, *asked.also]
        return items(tx, ANY_TAG_UPWARDS if page.is_upwards else ANY_TAG, page, keys=keys, **params)
    one = ONE_TAG_UPWARDS if page.is_upwards else ONE_TAG
    return items(tx, one, page, key=asked.key, **params)


TAGGED = """
    select p.id, p.id as post_id, null as boost_id, null as booster_id, null as boosted_at,
        null as boost_iri
"""
SHOWN_BY_TAG = (
    """
      and p.visibility = 'public' and p.deleted_at is null
      and a.hidden_at is null and a.silenced_at is null
      and (:local_only = 0 or p.local = 1) and (:remote_only = 0 or p.local = 0)
      and (:only_media = 0 or p.attachments <> '[]')
      and not exists (select 1 from held_post h where h.post_id = p.id and h.state <> 'passed')
      and (select count(*) from post_tag t where t.post_id = p.id
           and t.tag in (:all_of[])) = :all_count
      and not exists (select 1 from post_tag t where t.post_id = p.id and t.tag in (:none_of[]))
    """
    + WANTED
    + "order by p.id desc limit :limit"
)
ONE_TAG = (
    TAGGED
    + """
    from post_tag one join post p on p.id = one.post_id join actor a on a.id = p.author_id
    where one.tag = :key and one.post_id < :before and one.post_id > :after
    """
    + SHOWN_BY_TAG.replace("order by p.id desc", "order by one.post_id desc")
)
ONE_TAG_UPWARDS = ONE_TAG.replace("order by one.post_id desc", "order by one.post_id")
ANY_TAG = (
    TAGGED
    + """
    from post p join actor a on a.id = p.author_id
    where p.id in (select t.post_id from post_tag t where t.tag in (:keys[])
                   and t.post_id < :before and t.post_id > :after)
    """
    + SHOWN_BY_TAG
)
ANY_TAG_UPWARDS = ANY_TAG.replace("order by p.id desc", "order by p.id")


def of_actor(
    tx: Tx,
    actor_id: int,
    reader: Actor | None,
    page: Page,
    *,
    with_replies: bool = True,
    with_boosts: bool = True,
    only_media: bool = False,
) -> list[Item]:
    """What somebody wrote and boosted, as far as the reader may see it (T22).

    What they boosted of others whom the reader has muted is left out.
    """
    return items(
        tx,
        ACTOR_UPWARDS if page.is_upwards else ACTOR,
        page,
        actor_id=actor_id,
        reader_id=reader.id if reader else VISITOR,
        with_replies=int(with_replies),
        with_boosts=int(with_boosts),
        only_media=int(only_media),
    )


ACTOR = """
    select * from (
        select p.id, p.id as post_id, null as boost_id, null as booster_id, null as boosted_at,
            null as boost_iri
        from post p
        where p.author_id = :actor_id and p.deleted_at is null
          and p.id < :before and p.id > :after
          and (:with_replies = 1 or p.parent_iri is null)
          and (:only_media = 0 or p.attachments <> '[]')
          and (p.visibility in ('public', 'unlisted') or p.author_id = :reader_id
               or exists (select 1 from post_recipient r
                          where r.post_id = p.id and r.actor_id = :reader_id)
               or (p.visibility = 'followers' and exists (
                    select 1 from follow f where f.follower_id = :reader_id
                      and f.followed_id = p.author_id and f.state = 'accepted')))
        union all
        select b.id, b.post_id, b.id as boost_id, b.actor_id as booster_id,
            b.created_at as boosted_at, b.iri as boost_iri
        from boost b
        where b.actor_id = :actor_id and :with_boosts = 1 and :only_media = 0
          and not exists (select 1 from post p where p.id = b.post_id
                          and p.removed_in is not null and p.community_id = b.actor_id)
          and not exists (select 1 from post p join mute m on m.muted_id = p.author_id
                          where p.id = b.post_id and m.muter_id = :reader_id
                            and p.author_id <> b.actor_id)
          and not exists (select 1 from same_person s join mute m on m.muter_id = s.other_id
                              join post p on p.author_id = m.muted_id
                          where s.actor_id = :reader_id and p.id = b.post_id
                            and p.author_id <> b.actor_id)
          and b.id < :before and b.id > :after
    ) as both_kinds
    order by id desc limit :limit
"""
ACTOR_UPWARDS = ACTOR.replace("order by id desc", "order by id")


def items(tx: Tx, sql: str, page: Page, **params: int | str | list[str]) -> list[Item]:
    limit = max(1, min(page.limit, LIMIT_MAX))
    rows = tx.all(sql, before=page.before, after=page.after, limit=limit, **params)
    found = [Item.from_row(row) for row in rows]
    return found[::-1] if page.is_upwards else found
