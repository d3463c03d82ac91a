"""The store: the only files that know an engine. Everything else writes SQL text against `Tx`."""
