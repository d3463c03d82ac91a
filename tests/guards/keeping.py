"""What a keeper does at a terminal, what a node bears from how it is started, and who is kept out."""

from tests.guards.guard import guard

UNHEARD = "node/cli/test_serve.py::test_it_runs_where_nobody_can_be_told"

PARTED = (
    "node/documents/test_documents.py"
    "::test_whom_a_block_parts_is_given_nothing_of_the_other_by_any_address"
)

GUARDS = (
    guard(
        "T99",
        PARTED,
        (
            "node/topics/timelines/documents.py",
            "any(are_apart(tx, reader.id, one) for one in people)",
            "False",
        ),
    ),
    guard(
        "T151",
        "node/cli/test_serve.py"
        "::test_no_file_of_ours_is_opened_under_the_number_of_a_stream_that_is_closed",
        ("node/__main__.py", "    fill_standard_streams()\n", ""),
    ),
    guard(
        "T151",
        UNHEARD,
        ("node/cli/node.py", "            silence_standard_output()", "            raise"),
    ),
)
