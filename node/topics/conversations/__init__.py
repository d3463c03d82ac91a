"""Conversations: what a post answers and what answers it, and what of that is missing here."""
