"""Posts as they are stored, and who may see which: rows, rules, views and documents."""
