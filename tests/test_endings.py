"""What is told to end, ends."""

import ast

from tests.source import modules


def test_nobody_waits_in_the_way_that_may_miss_being_cancelled():
    """`asyncio.wait_for` of Python 3.11 forgets a cancellation that comes together with the result.

    A worker that waits so goes on for ever now and then. `asyncio.timeout` does not forget.
    """
    found = [
        f"{module.path}:{node.lineno}"
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr == "wait_for"
    ]

    assert found == []
