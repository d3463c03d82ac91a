"""What a node is about, one topic a folder: rules, rows, actions, activities. No HTTP, no page."""
