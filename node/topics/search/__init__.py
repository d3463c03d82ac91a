"""Finding people and communities by name among those who are stored here."""
