"""What an organisation keeps out of: H12, and T106 where it would write to strangers."""

from tests.guards.guard import guard

CLINICS = "node/api/test_clinics.py"
RULES = "node/topics/permissions/clinics.py"
ACTS = "node/api/test_twelve_acts.py"
RECEIVED = f"{ACTS}::test_the_receiving_node_refuses_and_logs_it_whatever_the_other_says"
MAY = "node/topics/permissions/rules.py"

GUARDS = (
    guard(
        "T106",
        f"{CLINICS}::test_a_clinic_elsewhere_writes_to_nobody_first",
        (
            "node/topics/publishing/receive.py",
            "    check_was_asked(tx, document, post, author, context)\n",
            "",
        ),
    ),
    guard(
        "T106",
        f"{CLINICS}::test_whom_a_clinic_elsewhere_names_in_the_open_is_not_disturbed",
        ("node/topics/publishing/fanout.py", "if author.kind == CLINIC:", "if False:"),
    ),
    guard(
        "T87",
        f"{CLINICS}::test_it_does_not_learn_who_follows_it_or_likes_what_it_says",
        (
            "node/topics/notifications/store.py",
            "              and (a.kind <> 'Organization' or :kind not in (:untold[]))\n",
            "              and (:kind = :kind or :kind not in (:untold[]))\n",
        ),
    ),
    guard(
        "T87",
        f"{CLINICS}::test_a_clinic_elsewhere_whose_own_node_refuses_nothing_follows_no_person_and_joins_nothing",
        (RULES, "if follower_kind == CLINIC and followed_kind == PERSON:", "if False:"),
    ),
    guard(
        "T88",
        RECEIVED,
        (
            MAY,
            "who.role > Role.NOBODY and not who.is_clinic and not who.is_banned",
            "who.role > Role.NOBODY",
        ),
    ),
    guard(
        "T87",
        RECEIVED,
        (MAY, "    if who.is_clinic:\n        return False\n    least", "    least"),
    ),
    guard(
        "T106",
        RECEIVED,
        (RULES, "    if author_kind != CLINIC:\n        return\n", "    return\n"),
    ),
    guard(
        "T70",
        f"{ACTS}::test_its_own_node_finds_it_nobody_by_a_part_of_their_name",
        (
            "node/topics/search/store.py",
            "if reader.kind != CLINIC or actor.kind != PERSON:",
            "if True:",
        ),
    ),
    guard(
        "T87",
        f"{ACTS}::test_its_own_node_counts_those_who_passed_something_on_from_five",
        (RULES, "0 if reader_kind == CLINIC and count < COUNTED_FROM else count", "count"),
    ),
    guard(
        "T87",
        f"{ACTS}::test_its_own_node_gives_it_no_list_of_people_to_take_along",
        (
            "node/topics/portability/own_things.py",
            "    if owner.actor.kind == CLINIC:\n        note",
            "    if False:\n        note",
        ),
    ),
    guard(
        "T97",
        f"{ACTS}::test_a_node_with_a_member_reads_for_that_member_and_not_for_its_clinic",
        (
            "node/topics/communities/permissions.py",
            "    if who is not None and who.kind == CLINIC:\n        return who\n",
            "",
        ),
    ),
    guard(
        "T88",
        f"{ACTS}::test_its_own_node_refuses_and_logs_it",
        (
            "node/topics/permissions/kept_out.py",
            '        log.info("organisation_kept_out", act=act, host=host)\n',
            "        pass\n",
        ),
    ),
)
