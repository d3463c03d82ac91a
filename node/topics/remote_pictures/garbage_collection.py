"""Copies go with what they hang on, with the last who may see it, unlooked at, or for room."""

from node.db.tx import Tx
from node.peers.rules import Policy
from node.peers.store import circle_around
from node.topics.remote_pictures.rules import DAY_S, host_bytes_max
from node.topics.remote_pictures.store import RemotePicture, drop_pictures

AT_ONCE = 500
HOSTS_AT_ONCE = 5_000

SOME = """
    select r.*, case when (r.state <> 'kept' or r.seen_at >= :unseen_since) and exists (
        select 1 from remote_picture_post u
        join post p on p.id = u.post_id join actor a on a.id = p.author_id
        where u.picture_id = r.id and p.deleted_at is null and a.deleted_at is null
          and a.hidden_at is null and a.silenced_at is null
          and (r.audience = 'all'
            or (r.audience = 'members' and exists (
                select 1 from membership m join actor o on o.id = m.actor_id
                where m.community_id = r.audience_id and o.local = 1 and o.deleted_at is null))
            or (r.audience = 'few' and (
                exists (
                    select 1 from post_recipient n join actor o on o.id = n.actor_id
                    where n.post_id = p.id and o.local = 1 and o.deleted_at is null)
                or (p.visibility = 'followers' and exists (
                    select 1 from follow f join actor o on o.id = f.follower_id
                    where f.followed_id = p.author_id and f.state = 'accepted'
                      and o.local = 1 and o.deleted_at is null)))))
        ) then 0 else 1 end as is_useless
    from remote_picture r where r.id > :after order by r.id limit :most
"""
"""Some pictures, and whether each hangs on a post that is shown, that somebody here may see, and
was looked at lately."""


def drop_useless(tx: Tx, after: int, days: int, now: int) -> int | None:
    """Forget those of the next pictures `after` an id that hang on nothing that anybody here may
    see, and copies that nobody looked at for so many days; after which id to go on, if at all."""
    rows = tx.all(SOME, after=after, unseen_since=now - days * DAY_S, most=AT_ONCE)
    useless = [RemotePicture.from_row(row) for row in rows if row["is_useless"]]
    drop_pictures(tx, useless, now)
    return rows[-1]["id"] if len(rows) == AT_ONCE else None


def drop_of_blocked(tx: Tx, now: int) -> int:
    """Forget the pictures of hosts that are blocked, whoever shows them (T104); of how many."""
    rows = tx.all("select distinct host from remote_picture limit :most", most=HOSTS_AT_ONCE)
    hosts = [row["host"] for row in rows]
    circle = circle_around(tx, hosts)
    blocked = [host for host in hosts if circle.policy_of(host) is Policy.BLOCKED]
    if not blocked:
        return 0
    found = tx.all("select * from remote_picture where host in (:hosts[])", hosts=blocked)
    drop_pictures(tx, [RemotePicture.from_row(row) for row in found], now)
    return len(found)


def make_room(tx: Tx, bytes_max: int, now: int) -> int:
    """Forget the copies that were looked at longest ago, until all are within what is kept of all
    hosts, and of each (T67); of how many."""
    dropped = 0
    rows = tx.all(
        """
        select host, sum(bytes) as bytes from remote_picture where state = 'kept'
        group by host having sum(bytes) > :most
        """,
        most=host_bytes_max(bytes_max),
    )
    for row in rows:
        over = int(row["bytes"]) - host_bytes_max(bytes_max)
        dropped += drop_oldest(tx, over, now, row["host"])
    kept = bytes_kept(tx)
    return dropped + (drop_oldest(tx, kept - bytes_max, now) if kept > bytes_max else 0)


def bytes_kept(tx: Tx) -> int:
    """How many bytes all copies have."""
    row = tx.one("select coalesce(sum(bytes), 0) as bytes from remote_picture where state = 'kept'")
    return int(row["bytes"]) if row else 0


def drop_oldest(tx: Tx, over: int, now: int, host: str = "") -> int:
    """Forget copies, of one host or of any, until so many bytes are free."""
    dropped: list[RemotePicture] = []
    while over > 0:
        rows = tx.all(
            """
            select * from remote_picture
            where state = 'kept' and (:host = '' or host = :host)
            order by seen_at, kept_at, id limit :most
            """,
            host=host,
            most=AT_ONCE,
        )
        if not rows:
            break
        for row in rows:
            if over > 0:
                drop_pictures(tx, [RemotePicture.from_row(row)], now)
                dropped.append(RemotePicture.from_row(row))
                over -= int(row["bytes"])
    return len(dropped)


def drop_all(tx: Tx, now: int) -> int:
    """Forget some of all pictures, on a node that keeps none; of how many."""
    rows = tx.all("select * from remote_picture where id > 0 order by id limit :most", most=AT_ONCE)
    drop_pictures(tx, [RemotePicture.from_row(row) for row in rows], now)
    return len(rows)
