"""What is deleted is asked for until every place has answered, and each speaks for itself."""

from tests.guards.guard import guard

RECEIPTS = "node/topics/portability/test_deletion_receipts.py"

THINGS = "node/web/test_own_things.py"
AN_HOUR = f"{THINGS}::test_the_way_is_good_for_an_hour_in_the_browser_that_asked"

ERASURE = "node/topics/portability/test_erasure.py"
ERASED = f"{ERASURE}::test_an_erased_account_is_in_no_table_in_no_file_and_not_in_the_log"

GUARDS = (
    guard(
        "T148",
        ERASED,
        ("node/db/sqlite_tx.py", "secure_delete = on", "secure_delete = fast"),
    ),
    guard(
        "T148",
        f"{ERASURE}::test_a_deleted_post_is_in_no_table_in_no_file_and_not_in_the_log",
        (
            "node/db/writer.py",
            "            if is_long or (self._has_log and self._is_time_to_clear()):\n",
            "            if is_long:\n",
        ),
    ),
    guard(
        "T148",
        ERASED,
        (
            "node/topics/portability/deletion.py",
            """    tx.run("delete from consent where account_id = :id", id=account_id)\n""",
            "",
        ),
    ),
    guard(
        "T102",
        f"{THINGS}::test_without_the_password_there_is_no_way_to_the_file",
        (
            "node/web/own_things.py",
            "        await check_is_oneself(request, person, params)\n",
            "        pass\n",
        ),
    ),
    guard(
        "T102",
        AN_HOUR,
        (
            "node/topics/portability/take_out.py",
            "          and session_hash = :session_hash and expires_at > :now\n",
            "          and :session_hash = :session_hash and expires_at > :now\n",
        ),
    ),
    guard(
        "T102",
        AN_HOUR,
        (
            "node/topics/portability/take_out.py",
            "          and session_hash = :session_hash and expires_at > :now\n",
            "          and session_hash = :session_hash and :now = :now\n",
        ),
    ),
    guard(
        "T102",
        "node/topics/portability/test_archive.py::test_the_file_loads_nothing_and_runs_nothing",
        (
            "node/topics/portability/archive.py",
            "        yield harmless(piece)\n",
            "        yield piece\n",
        ),
    ),
    guard(
        "T148",
        f"{RECEIPTS}::test_a_place_that_was_gone_for_longer_than_we_try_is_asked_again_when_it_speaks",
        ("node/outbox/deliveries.py", "        ask_again(tx, host, now)\n", ""),
    ),
    guard(
        "T148",
        f"{RECEIPTS}::test_a_place_speaks_for_itself_alone_and_by_its_own_actor",
        (
            "node/topics/portability/deletion_receipts.py",
            '    if node.kind != "Application":',
            "    if False:",
        ),
    ),
    guard(
        "T148",
        f"{RECEIPTS}::test_nothing_is_said_to_be_removed_that_is_still_here",
        (
            "node/topics/portability/deletion_receipts.py",
            '    if after == "here" or home is None',
            "    if home is None",
        ),
    ),
    guard(
        "T148",
        f"{RECEIPTS}::test_nobody_is_told_who_did_not_ask_or_is_not_at_home_there",
        (
            "node/topics/portability/deletion_receipts.py",
            "    if to is None or not is_same_origin(to, delete.actor)"
            " or not is_same_origin(to, delete.object):\n        return\n",
            "    if to is None:\n        return\n",
        ),
    ),
    guard(
        "T148",
        f"{RECEIPTS}::test_what_a_community_passes_on_is_answered_if_its_author_has_proven_it",
        ("node/inbox/handlers.py", "    if delete in passing.context.proven:\n", "    if True:\n"),
    ),
    guard(
        "T94",
        "node/topics/portability/test_leave_community.py"
        "::test_elsewhere_what_lost_its_name_is_deleted_and_is_not_there_anew",
        ("node/topics/portability/leave_community.py", '        visibility="node",\n', ""),
    ),
    guard(
        "T94",
        "node/topics/portability/test_leave_community.py"
        "::test_whoever_stands_for_those_who_left_is_nobody_to_find_or_to_be",
        (
            "node/topics/actors/store.py",
            "        return is_node or self.is_somebody_who_left\n",
            "        return is_node\n",
        ),
    ),
)
