"""Which places have read, at the address of something deleted, that it is gone (F12).

Most software answers a Delete with nothing but 2xx. Some looks at the address before it believes
it, or when somebody there opens the post again: what it was told there is as good as an answer.
"""

from node.db.tx import Tx


def waits_for_reader(tx: Tx, object_iri: str, host: str) -> bool:
    """Whether a place had something that is deleted, and has not read yet that it is gone."""
    row = tx.one(
        """
        select 1 as found from deletion x join deletion_line l on l.deletion_id = x.id
        where x.object_iri = :object_iri and l.host = :host and l.read_at is null limit 1
        """,
        object_iri=object_iri,
        host=host,
    )
    return row is not None


def note_read_gone(tx: Tx, object_iri: str, host: str, now: int) -> None:
    """A place has asked the address of something deleted, with its signature, and was told.

    One that did not take the Delete has heard of it now, and is not asked again.
    """
    tx.run(
        """
        update deletion_line set read_at = :now, changed_at = :now,
            state = case state when 'waiting' then 'taken' else state end
        where host = :host and read_at is null
          and deletion_id in (select id from deletion where object_iri = :object_iri)
        """,
        object_iri=object_iri,
        host=host,
        now=now,
    )
