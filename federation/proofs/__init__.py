"""Proofs inside documents: their author's word, whoever brings it (FEP-8b32)."""

from federation.proofs.jcs import canonical_json
from federation.proofs.proof import Proof, check_proof, may_prove, read_proofs, with_proof

__all__ = ["Proof", "canonical_json", "check_proof", "may_prove", "read_proofs", "with_proof"]
