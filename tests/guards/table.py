"""All guards that are taken out, in the order of the checklist."""

from tests.guards import claims, delivery, fetching, serving, signatures

GUARDS = (
    *signatures.GUARDS,
    *claims.GUARDS,
    *fetching.GUARDS,
    *serving.GUARDS,
    *delivery.GUARDS,
)
