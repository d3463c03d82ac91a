"""Quotes of posts, and the consent of those who are quoted (FEP-044f)."""
