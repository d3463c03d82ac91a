"""The version of this software; the release takes it from here."""

__version__ = "0.1.0"
