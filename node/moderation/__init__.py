"""Looking after communities: what may stand in them, who may write in them, what is reported."""
