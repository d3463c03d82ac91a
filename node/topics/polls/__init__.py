"""Polls: choosing, counting, and the end of a poll."""
