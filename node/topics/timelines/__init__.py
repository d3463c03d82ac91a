"""Posts and boosts in order: home, public, a person's, a community's."""
