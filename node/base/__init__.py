"""The ground: clock, ids, errors, settings, log, metrics, text. It knows nothing of the node."""
