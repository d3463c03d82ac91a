"""The communities that neighbours list of their own: asked for once a day, kept for thirty.

Whom we trust and whom we know is asked; whoever is silenced, blocked or frozen is neither asked nor
shown. Each list takes the place of the one before; one that is older than that counts for nothing.
"""

from dataclasses import dataclass

from federation.documents.directory import Directory
from node.base.markup import one_line, plain_text
from node.db.tx import Tx
from node.peers.store import note_change

ASK_AGAIN_S = 24 * 3_600
NO_LIST_AGAIN_S = 7 * 24 * 3_600
KEPT_S = 30 * 24 * 3_600
AHEAD_S_MAX = 3_600
HOSTS_AT_ONCE = 20
SHOWN_MAX = 50
ABOUT_CHARACTERS_MAX = 500
TITLE_CHARACTERS_MAX = 200
FORGOTTEN_AT_ONCE = 100

WELCOME = """
    p.policy in ('trusted', 'open') and p.frozen_at is null
"""


@dataclass(frozen=True, slots=True)
class NeighbourCommunity:
    """A community of a neighbour, as that listed it at `refreshed_at`. `handle` is a claim."""

    iri: str
    host: str
    name: str
    title: str
    about: str
    refreshed_at: int

    @property
    def handle(self) -> str:
        """How people write it."""
        return f"{self.name}@{self.host}"


def hosts_to_ask(tx: Tx, now: int) -> list[str]:
    """The neighbours whose list is due, the longest due first, twenty at most."""
    rows = tx.all(DUE, now=now, limit=HOSTS_AT_ONCE)
    return [row["host"] for row in rows]


DUE = (
    """
    select p.host from peer p left join neighbour_directory d on d.host = p.host
    where p.host > '' and coalesce(d.next_at, 0) <= :now and
    """
    + WELCOME
    + """
    order by coalesce(d.next_at, 0), p.host limit :limit
    """
)


def receive_directory(tx: Tx, host: str, directory: Directory, now: int) -> bool:
    """Keep what a neighbour lists in place of what it listed before; False for an old list.

    The caller has checked that it is the neighbour's own word.
    """
    known = tx.one("select said_at from neighbour_directory where host = :host", host=host)
    is_old = known is not None and directory.said_at < known["said_at"]
    if is_old or not now - KEPT_S < directory.said_at <= now + AHEAD_S_MAX:
        put_off(tx, host, now + ASK_AGAIN_S)
        return False
    dropped = tx.run("delete from neighbour_community where host = :host", host=host)
    if bool(dropped) is not bool(directory.communities):
        note_change(tx)
    for one in directory.communities:
        tx.run(
            """
            insert into neighbour_community (iri, host, name, title, about)
            values (:iri, :host, :name, :title, :about) on conflict do nothing
            """,
            iri=one.iri,
            host=host,
            name=one_line(one.name, TITLE_CHARACTERS_MAX),
            title=one_line(one.title, TITLE_CHARACTERS_MAX),
            about=plain_text(one.about, ABOUT_CHARACTERS_MAX),
        )
    tx.run(
        """
        insert into neighbour_directory (host, next_at, said_at, refreshed_at)
        values (:host, :next_at, :said_at, :now)
        on conflict (host) do update set next_at = excluded.next_at, said_at = excluded.said_at,
            refreshed_at = excluded.refreshed_at
        """,
        host=host,
        next_at=now + ASK_AGAIN_S,
        said_at=directory.said_at,
        now=now,
    )
    return True


def put_off(tx: Tx, host: str, next_at: int) -> None:
    """Ask a neighbour again at another time; what it listed before stays, as long as it may."""
    tx.run(
        """
        insert into neighbour_directory (host, next_at, said_at, refreshed_at)
        values (:host, :next_at, 0, 0)
        on conflict (host) do update set next_at = excluded.next_at
        """,
        host=host,
        next_at=next_at,
    )


def receive_no_directory(tx: Tx, host: str, now: int) -> None:
    """A neighbour lists nothing any more, or never did: it is asked again in a week."""
    if tx.run("delete from neighbour_community where host = :host", host=host):
        note_change(tx)
    put_off(tx, host, now + NO_LIST_AGAIN_S)


def ask_all_again(tx: Tx, now: int) -> int:
    """Have every neighbour asked soon; how many are known to have a list, or to have none."""
    return tx.run("update neighbour_directory set next_at = :now where next_at > :now", now=now)


def neighbours_communities(
    tx: Tx, now: int, after: tuple[str, str] = ("", "")
) -> list[NeighbourCommunity]:
    """Fifty communities of neighbours, by host and name, after that host and name."""
    rows = tx.all(SHOWN, fresh=now - KEPT_S, host=after[0], name=after[1], limit=SHOWN_MAX)
    return [NeighbourCommunity(**row) for row in rows]


SHOWN = (
    """
    select n.iri, n.host, n.name, n.title, n.about, d.refreshed_at
    from neighbour_community n join neighbour_directory d on d.host = n.host
        join peer p on p.host = n.host
    where (n.host, n.name) > (:host, :name) and d.refreshed_at > :fresh and
    """
    + WELCOME
    + """
    order by n.host, n.name limit :limit
    """
)


def is_listed_by_neighbour(tx: Tx, iri: str, now: int) -> bool:
    """Whether a community stands in the directory as a neighbour's."""
    row = tx.one(LISTED, iri=iri, fresh=now - KEPT_S)
    return row is not None


LISTED = (
    """
    select 1 as found from neighbour_community n join neighbour_directory d on d.host = n.host
        join peer p on p.host = n.host
    where n.iri = :iri and d.refreshed_at > :fresh and
    """
    + WELCOME
)


def forget_old_directories(tx: Tx, now: int) -> int:
    """Drop what a neighbour listed and has not confirmed for thirty days; of how many of them."""
    rows = tx.all(
        """
        select host from neighbour_directory
        where refreshed_at > 0 and refreshed_at <= :before order by refreshed_at limit :limit
        """,
        before=now - KEPT_S,
        limit=FORGOTTEN_AT_ONCE,
    )
    hosts = [row["host"] for row in rows]
    if tx.run("delete from neighbour_community where host in (:hosts[])", hosts=hosts):
        note_change(tx)
    tx.run("update neighbour_directory set refreshed_at = 0 where host in (:hosts[])", hosts=hosts)
    return len(hosts)


def drop_directory(tx: Tx, host: str) -> int:
    """Forget everything that a host listed; how many rows there were."""
    rows = tx.run("delete from neighbour_community where host = :host", host=host)
    if rows:
        note_change(tx)
    return rows + tx.run("delete from neighbour_directory where host = :host", host=host)
