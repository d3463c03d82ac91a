"""Removing what is held of people and communities that go: how they came in, whom they let in."""

from collections import Counter
from collections.abc import Sequence

from node.db.tx import Tx

Counts = Counter[str]


def forget_admissions(tx: Tx, ids: Sequence[int]) -> Counts:
    """Remove all that says how those actors came in, whom they invited, vouched for and decided
    about; what was removed, by table. What hung below their invitations stands alone."""
    removed = Counts()
    removed["invitation_use"] = tx.run(
        """
        delete from invitation_use
        where actor_id in (:ids[]) or community_id in (:ids[]) or invitation_id in (
            select id from invitation
            where inviter_id in (:ids[]) or community_id in (:ids[]))
        """,
        ids=ids,
    )
    tx.run(
        """
        update invitation set parent_id = null
        where parent_id in (
            select id from invitation
            where inviter_id in (:ids[]) or community_id in (:ids[]))
        """,
        ids=ids,
    )
    removed["invitation"] = tx.run(
        "delete from invitation where inviter_id in (:ids[]) or community_id in (:ids[])", ids=ids
    )
    removed["join_request"] = tx.run(
        "delete from join_request where actor_id in (:ids[]) or community_id in (:ids[])", ids=ids
    )
    tx.run(
        "update join_request set decided_by = null where decided_by in (:ids[])",
        ids=ids,
    )
    removed["vouch"] = tx.run(
        """
        delete from vouch
        where actor_id in (:ids[]) or voucher_id in (:ids[]) or community_id in (:ids[])
        """,
        ids=ids,
    )
    removed["pledge_agreement"] = tx.run(
        "delete from pledge_agreement where actor_id in (:ids[]) or community_id in (:ids[])",
        ids=ids,
    )
    removed["pledge"] = tx.run("delete from pledge where community_id in (:ids[])", ids=ids)
    removed["admission"] = tx.run("delete from admission where community_id in (:ids[])", ids=ids)
    return removed
