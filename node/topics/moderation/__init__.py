"""Looking after communities: who may write, what is removed, held for a look, or reported."""
