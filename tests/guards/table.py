"""All guards that are taken out: one file for each part of the checklist."""

from tests.guards import (
    backups,
    budgets,
    claims,
    delivery,
    documents,
    fetching,
    hosts,
    keeping,
    keys,
    patience,
    reach,
    running,
    serving,
    shares,
    signatures,
    words,
)

GUARDS = (
    *running.GUARDS,
    *shares.GUARDS,
    *backups.GUARDS,
    *signatures.GUARDS,
    *keys.GUARDS,
    *claims.GUARDS,
    *reach.GUARDS,
    *documents.GUARDS,
    *fetching.GUARDS,
    *budgets.GUARDS,
    *serving.GUARDS,
    *hosts.GUARDS,
    *delivery.GUARDS,
    *patience.GUARDS,
    *keeping.GUARDS,
    *words.GUARDS,
)
