"""Whether a store is whole, for `hedgerow doctor`. Reading it all takes a while."""

from node.db.tx import Tx

FINDINGS_MAX = 20


def damage(tx: Tx) -> list[str]:
    """What is broken in the store, in the engine's words; empty if all is well.

    SQLite checks its pages, indexes and references. PostgreSQL answers for its own pages, and its
    references cannot break.
    """
    if tx.engine == "postgres":
        return []
    found = [str(row["quick_check"]) for row in tx.all("pragma quick_check(20)")]
    dangling = tx.all('select "table" as name, parent from pragma_foreign_key_check limit 20')
    found += [f"a row of {row['name']} refers to a missing {row['parent']}" for row in dangling]
    return [one for one in found if one != "ok"][:FINDINGS_MAX]
