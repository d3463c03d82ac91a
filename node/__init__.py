"""The node: one topic a folder."""

__version__ = "0.1.0"
