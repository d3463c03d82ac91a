"""How servers and actors are found: WebFinger, host-meta, NodeInfo."""
