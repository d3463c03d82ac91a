"""The desk: who reported, who decided, and who may read what, T82, T85 and T99."""

from tests.guards.guard import guard

DESK = "node/web/test_desk.py"
DEEDS = "node/topics/publishing/desk_deeds.py"
STORE = "node/topics/moderation/desk_store.py"

DECISIONS = "node/web/test_decisions.py"
APPEALS = "node/topics/moderation/appeals.py"

GUARDS = (
    guard(
        "T82",
        f"{DECISIONS}::test_to_everybody_else_a_removed_post_is_absent",
        (APPEALS, " or hidden.post.author_id != me.id:", ":"),
    ),
    guard(
        "T81",
        "node/topics/moderation/test_appeals.py::test_nobody_else_appeals_for_them",
        (APPEALS, " or hidden.post.author_id != me.id:", ":"),
    ),
    guard(
        "T88",
        f"{DESK}::test_of_what_only_members_read_who_looks_after_the_node_sees_no_case",
        (
            "node/topics/moderation/desk.py",
            "return group is not None and is_allowed(tx, Act.MODERATE, group, me)",
            "return group is not None",
        ),
    ),
    guard(
        "T85",
        f"{DESK}::test_the_author_is_written_to_in_the_name_of_the_community_and_nobody_else_reads_it",
        (DEEDS, "write_letter(tx, place, about", "write_letter(tx, me, about"),
    ),
    guard(
        "T99",
        f"{DESK}::test_who_is_reported_sees_nothing_of_it_and_another_moderator_does",
        (
            STORE,
            "where r.case_id = c.id and p.author_id = :me_id)",
            "where r.case_id = c.id and false)",
        ),
    ),
    guard(
        "T99",
        "node/topics/moderation/test_member_reports.py"
        "::test_who_is_reported_neither_sees_nor_settles_what_is_about_them",
        (STORE, "coalesce(c.about_id, -1) <> :me_id", ":me_id >= 0"),
    ),
)
