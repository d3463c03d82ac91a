"""The inbox of tests/node/inbox, for what is decided about its senders."""

from tests.node.inbox.conftest import node

__all__ = ["node"]
