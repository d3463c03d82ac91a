"""What our actors say: kept in the transaction that said it, delivered until it is settled."""
