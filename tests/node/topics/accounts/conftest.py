"""The node of the client API's tests, for what needs a whole node here as well."""

from tests.node.api.conftest import house

__all__ = ["house"]
