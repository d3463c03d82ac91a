"""JSON-LD contexts and JSON Schemas as data, and what loads them."""
