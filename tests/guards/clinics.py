"""What an organisation keeps out of: H12, and T106 where it would write to strangers."""

from tests.guards.guard import guard

CLINICS = "node/api/test_clinics.py"
RULES = "node/topics/permissions/clinics.py"

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
)
