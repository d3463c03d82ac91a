"""Which inboxes of other nodes something goes to, as things stand at this moment."""

from collections.abc import Sequence

from node.db.tx import Tx


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
    """One inbox of each node that was given a copy of the object, as our receipts say."""
    rows = tx.all(
        """
        select min(coalesce(a.shared_inbox, a.inbox)) as inbox
        from receipt r join actor a on a.host = r.host
        where r.object_iri = :object_iri and r.kind <> 'Delete'
          and a.local = 0 and a.deleted_at is null and a.hidden_at is null
        group by r.host
        """,
        object_iri=object_iri,
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
