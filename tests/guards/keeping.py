"""What a keeper does at a terminal, and what a node bears from how it is started."""

from tests.guards.guard import guard

UNHEARD = "node/cli/test_serve.py::test_it_runs_where_nobody_can_be_told"

GUARDS = (
    guard("T151", UNHEARD, ("node/__main__.py", "    fill_standard_streams()\n", "")),
    guard(
        "T151",
        UNHEARD,
        ("node/cli/node.py", "            silence_standard_output()", "            raise"),
    ),
)
