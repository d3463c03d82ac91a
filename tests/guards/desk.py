"""The desk: who reported, who decided, and who may read what, T82, T85 and T99."""

from tests.guards.guard import guard

DESK = "node/web/test_desk.py"
DEEDS = "node/topics/publishing/desk_deeds.py"
STORE = "node/topics/moderation/desk_store.py"

DECISIONS = "node/web/test_decisions.py"
APPEALS = "node/topics/moderation/appeals.py"
WAITS = "node/web/test_waits.py"
LOG = "node/web/test_open_log.py"

GUARDS = (
    guard(
        "T82",
        f"{LOG}::test_to_who_does_not_belong_to_it_there_is_no_log",
        (
            "node/topics/moderation/open_log.py",
            "if place is None or not may_read_log(tx, place, me):",
            "if place is None:",
        ),
    ),
    guard(
        "T85",
        f"{LOG}::test_members_read_what_was_done_why_and_by_which_role_without_names",
        (
            "node/topics/moderation/open_log.py",
            "            return ROLES[standing.role]\n",
            "            return by.title\n",
        ),
    ),
    guard(
        "T82",
        f"{WAITS}::test_the_first_post_of_a_newcomer_waits_and_nobody_but_the_author_sees_it",
        ("node/topics/moderation/waiting.py", "    hide_posts(tx, [post.id], entry_id, now)\n", ""),
    ),
    guard(
        "T82",
        f"{WAITS}::test_an_app_is_answered_with_the_post_that_waits_and_shows_it_to_its_author",
        (
            "node/topics/posts/readings.py",
            "p.removed_in is not null and p.author_id = :reader_id",
            "p.removed_in is not null",
        ),
    ),
    guard(
        "T82",
        f"{WAITS}::test_to_others_there_is_no_such_page",
        ("node/web/waits.py", "        check_looks_after_node(person)\n", ""),
    ),
    guard(
        "T82",
        f"{WAITS}::test_to_others_there_is_no_such_page",
        (
            "node/topics/moderation/looked_after.py",
            "    try:\n        check_may_moderate(standing_of(tx, group.id, me.id))\n    except NotAllowed:\n        raise NotFound from None\n    return group",
            "    return group",
        ),
    ),
    guard(
        "T144",
        "node/topics/moderation/test_word_rules.py::test_no_text_takes_long_to_look_through",
        (
            "node/topics/moderation/word_rules.py",
            'BETWEEN_NAMES.split(cut) if "." in name}',
            're.findall(r"[\\w-]+(?:\\.[\\w-]+)+", cut)}',
        ),
    ),
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
    guard(
        "T99",
        "node/topics/moderation/test_member_reports.py"
        "::test_of_what_is_said_behind_a_door_its_community_is_told_and_no_other_place",
        (
            "node/topics/moderation/member_reports.py",
            "(group.host == about.host or not shown)",
            "group.host == about.host",
        ),
    ),
    guard(
        "T82",
        "node/topics/moderation/test_flags.py"
        "::test_a_node_reports_what_it_reads_behind_a_door_for_its_members_and_no_other_node_does",
        (
            "node/topics/moderation/flags.py",
            "reader = spoken_for(tx, group, reporter.iri) if group and not reporter.local else reporter",
            "reader = actor_by_id(tx, post.author_id)",
        ),
    ),
)
