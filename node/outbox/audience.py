"""Which inboxes of other nodes something goes to, as things stand at this moment."""

from collections.abc import Collection, Sequence

from federation.origin import authority_of
from node.db.tx import Tx

INBOXES_MAX = 500


def follower_inboxes(tx: Tx, actor_id: int, *, shared: bool = True) -> set[str]:
    """The inboxes of those elsewhere who follow the actor, once a node if `shared`.

    `shared` False gives each follower's own inbox, for what not everybody may read (T89).
    """
    rows = tx.all(
        """
        select distinct case when :shared = 1 then coalesce(a.shared_inbox, a.inbox)
                             else a.inbox end as inbox
        from follow f join actor a on a.id = f.follower_id
        where f.followed_id = :actor_id and f.state = 'accepted'
          and a.local = 0 and a.deleted_at is null and a.hidden_at is null
        """,
        actor_id=actor_id,
        shared=int(shared),
    )
    return {row["inbox"] for row in rows}


def member_inboxes(tx: Tx, group_id: int) -> set[str]:
    """One inbox of a member at each node elsewhere that has members of a community of ours.

    It is that member's own (T89); their node shows what comes to whoever of its people is one.
    """
    rows = tx.all(
        """
        select min(a.inbox) as inbox from membership m join actor a on a.id = m.actor_id
        where m.community_id = :group_id
          and a.local = 0 and a.deleted_at is null and a.hidden_at is null
        group by a.host
        """,
        group_id=group_id,
    )
    return {row["inbox"] for row in rows}


def inboxes_of(tx: Tx, actor_ids: Sequence[int], *, shared: bool) -> set[str]:
    """The inboxes of those among `actor_ids` who live elsewhere."""
    rows = tx.all(
        """
        select distinct case when :shared = 1 then coalesce(shared_inbox, inbox)
                             else inbox end as inbox
        from actor
        where id in (:ids[]) and local = 0 and deleted_at is null and hidden_at is null
        """,
        ids=actor_ids,
        shared=int(shared),
    )
    return {row["inbox"] for row in rows}


def copy_holders(tx: Tx, object_iri: str) -> set[str]:
    """The inboxes of every node that holds a copy of the object, as far as that is known here.

    That are those it was delivered to or that read it with a signature, as our receipts say; for a
    post of ours also those whose people boosted, favoured, answered, quoted or voted in it; and
    those that a delivery was tried to, which may have got it without a word. Each node gets its
    shared inbox; where there is none, everybody known there, at most 500 in all.
    """
    hosts = copy_hosts(tx, object_iri)
    rows = tx.all(
        """
        select host, min(shared_inbox) as inbox from actor
        where host in (:hosts[]) and local = 0 and deleted_at is null and hidden_at is null
        group by host
        """,
        hosts=hosts,
    )
    shared = {row["inbox"] for row in rows if row["inbox"]}
    alone = [row["host"] for row in rows if not row["inbox"]]
    return shared | inboxes_at(tx, alone) | tried_inboxes(tx, object_iri)


def copy_hosts(tx: Tx, object_iri: str) -> list[str]:
    """The hosts that hold a copy of the object, as our receipts and what their people did say."""
    return [row["host"] for row in tx.all(HOLDING_HOSTS, object_iri=object_iri)]


HOLDING_HOSTS = """
    select host from receipt where object_iri = :object_iri and kind <> 'Delete'
    union
    select a.host from post p join boost x on x.post_id = p.id join actor a on a.id = x.actor_id
    where p.iri = :object_iri and p.local = 1 and a.local = 0
    union
    select a.host from post p join favourite x on x.post_id = p.id join actor a on a.id = x.actor_id
    where p.iri = :object_iri and p.local = 1 and a.local = 0
    union
    select a.host from post p join dislike x on x.post_id = p.id join actor a on a.id = x.actor_id
    where p.iri = :object_iri and p.local = 1 and a.local = 0
    union
    select a.host from post p join vote x on x.post_id = p.id join actor a on a.id = x.actor_id
    where p.iri = :object_iri and p.local = 1 and a.local = 0
    union
    select a.host from post p join post x on x.parent_id = p.id join actor a on a.id = x.author_id
    where p.iri = :object_iri and p.local = 1 and a.local = 0
    union
    select a.host from quote_stamp x join actor a on a.id = x.asker_id
    where x.quoted_iri = :object_iri and a.local = 0
"""


def inboxes_at(tx: Tx, hosts: Sequence[str]) -> set[str]:
    """The inboxes of everybody known at hosts that have no shared one, at most 500."""
    rows = tx.all(
        """
        select inbox from actor
        where host in (:hosts[]) and local = 0 and deleted_at is null and hidden_at is null
        order by host, id limit :limit
        """,
        hosts=hosts,
        limit=INBOXES_MAX,
    )
    return {row["inbox"] for row in rows}


def tried_inboxes(tx: Tx, object_iri: str) -> set[str]:
    """Where a delivery of the object was tried, and nobody said that it was taken."""
    rows = tx.all(
        """
        select distinct d.inbox from outbox_entry e join delivery d on d.entry_id = e.id
        where e.object_iri = :object_iri and e.kind in ('Create', 'Update', 'Announce')
          and d.tries > 0
        """,
        object_iri=object_iri,
    )
    return {row["inbox"] for row in rows}


def inboxes_given(tx: Tx, object_iri: str) -> set[str]:
    """Every inbox that took the object, as our receipts say; whoever holds a copy reads there."""
    rows = tx.all(
        """
        select inboxes from receipt
        where object_iri = :object_iri and kind <> 'Delete' and inboxes <> ''
        """,
        object_iri=object_iri,
    )
    return {inbox for row in rows for inbox in row["inboxes"].split()}


def once_a_host(tx: Tx, inboxes: Collection[str]) -> set[str]:
    """Those inboxes with the shared one alone where a host has one: what is deleted is deleted for
    all of it, and NodeBB hangs on what it has deleted already.
    """
    by_host: dict[str, set[str]] = {}
    for inbox in inboxes:
        by_host.setdefault(authority_of(inbox), set()).add(inbox)
    several = [host for host, found in by_host.items() if len(found) > 1]
    rows = tx.all(
        """
        select distinct host, shared_inbox from actor
        where host in (:hosts[]) and shared_inbox is not null and deleted_at is null
        """,
        hosts=several,
    )
    for row in rows:
        if row["shared_inbox"] in by_host[row["host"]]:
            by_host[row["host"]] = {row["shared_inbox"]}
    return set[str]().union(*by_host.values())


def acquainted_inboxes(tx: Tx, actor_id: int) -> set[str]:
    """The inboxes of everybody elsewhere who may know an actor of ours.

    They follow, or are followed; they wrote, liked, boosted or were told in a conversation with it;
    or our receipts say that their node was given something of it, and then one inbox of it counts.
    """
    rows = tx.all(
        """
        select distinct coalesce(a.shared_inbox, a.inbox) as inbox from actor a
        where a.local = 0 and a.deleted_at is null and a.hidden_at is null and a.id in (
            select follower_id from follow where followed_id = :actor_id
            union select followed_id from follow where follower_id = :actor_id
            union select r.actor_id from post p join post_recipient r on r.post_id = p.id
                where p.author_id = :actor_id
            union select l.actor_id from post p join favourite l on l.post_id = p.id
                where p.author_id = :actor_id
            union select b.actor_id from post p join boost b on b.post_id = p.id
                where p.author_id = :actor_id
            union select q.author_id from post p join post q on q.parent_id = p.id
                where p.author_id = :actor_id
            union select p.community_id from post p where p.author_id = :actor_id)
        union
        select min(coalesce(a.shared_inbox, a.inbox)) as inbox
        from (select object_iri from outbox_entry where actor_id = :actor_id
              union select iri from post where author_id = :actor_id) o
            join receipt r on r.object_iri = o.object_iri
            join actor a on a.host = r.host
        where a.local = 0 and a.deleted_at is null and a.hidden_at is null
        group by a.host
        """,
        actor_id=actor_id,
    )
    return {row["inbox"] for row in rows}


def neighbour_inboxes(tx: Tx) -> set[str]:
    """One inbox of each node that we have to do with, as far as somebody of it is known: that are
    those that are trusted, and those that were sent something in the last thirty days."""
    rows = tx.all(
        """
        select min(coalesce(a.shared_inbox, a.inbox)) as inbox
        from (select host from peer where host > '' and policy = 'trusted'
              union select host from destination where host > '') met
        join actor a on a.host = met.host
        where a.local = 0 and a.deleted_at is null and a.hidden_at is null
        group by met.host
        """
    )
    return {row["inbox"] for row in rows}
