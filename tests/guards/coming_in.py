"""Coming in: invitations, askings, pledges: T70, T74."""

from tests.guards.guard import guard

INVITING = "node/topics/admissions/test_invitations.py"
STORE = "node/topics/admissions/invitation_store.py"
ACTIONS = "node/topics/admissions/invitations.py"
PAGES = "node/web/test_invitations.py"

GUARDS = (
    guard(
        "T74",
        f"{INVITING}::test_a_hundred_who_come_at_once_by_a_link_for_one_make_one_account",
        (ACTIONS, "invitation is None or not invitation.is_open(now)", "invitation is None"),
        (
            STORE,
            "where id = :id and uses_left > 0 and revoked_at is null and ends_at > :now\n",
            "where id = :id\n",
        ),
        (STORE, "set uses_left = uses_left - 1\n", "set uses_left = uses_left\n"),
    ),
    guard(
        "T74",
        f"{INVITING}::test_a_link_that_is_used_up_ended_or_revoked_and_one_that_never_was_are_refused_alike",
        (ACTIONS, "invitation is None or not invitation.is_open(now)", "invitation is None"),
        (
            STORE,
            'uses_left > 0 and revoked_at is null and ends_at > :now\n        """,\n        id=invitation_id',
            'uses_left > 0\n        """,\n        id=invitation_id',
        ),
    ),
    guard(
        "T74",
        f"{INVITING}::test_who_is_shut_out_invites_nobody_and_their_links_are_open_no_more",
        (
            ACTIONS,
            "inviter is None or not may_invite(tx, group, inviter, now, to_others=True)",
            "inviter is None",
        ),
    ),
    guard(
        "T74",
        f"{INVITING}::test_a_code_has_128_bits_and_is_stored_nowhere",
        (
            STORE,
            "        code_hash=hashed(code),\n        community_id=invitation",
            "        code_hash=code,\n        community_id=invitation",
        ),
    ),
    guard(
        "T74",
        f"{INVITING}::test_revoking_a_link_revokes_those_of_all_who_came_in_below_it_and_of_nobody_else",
        (
            STORE,
            "select i.id from below b join invitation i on i.parent_id = b.id\n",
            "select id from below where id = 0\n",
        ),
    ),
    guard(
        "T74",
        f"{PAGES}::test_what_a_stranger_and_a_chat_app_are_shown_names_nothing_of_the_community",
        (
            "node/web/invitations.py",
            "return open_offer(tx, code, now).invitation.signed",
            "return open_offer(tx, code, now).group.title",
        ),
    ),
    guard(
        "T74",
        f"{PAGES}::test_every_dead_link_shows_the_same_page",
        (
            ACTIONS,
            "    invitation = invitation_by_code(tx, code)\n    if invitation is None or",
            "    invitation = invitation_by_code(tx, code)\n    if invitation is not None and not invitation.uses_left:\n        raise NotAllowed(NOT_OPEN)\n    if invitation is None or",
        ),
    ),
    guard(
        "T88",
        "node/web/test_asking.py::test_nobody_but_organisers_reads_an_answer_or_who_waits",
        (
            "node/topics/admissions/organised.py",
            "    check_allowed(tx, Act.ORGANISE, group, me, now, sentence=NOT_TO_DECIDE)\n    return group",
            "    return group",
        ),
    ),
    guard(
        "T88",
        "node/web/test_asking.py::test_vouching_says_the_same_whether_or_not_somebody_asks_or_is_there",
        (
            "node/topics/admissions/organised.py",
            "if found is not None and not found.is_group and found.id != me.id:",
            "if found is None or found.id == me.id:\n        raise NotFound\n    if not found.is_group:",
        ),
    ),
    guard(
        "T120",
        "node/topics/admissions/test_asking.py::test_what_somebody_elsewhere_took_back_waits_no_more_also_under_its_older_id",
        (
            "node/topics/members/activities.py",
            "        return undo_asking(tx, actor, inner, context.now)\n",
            "        return False\n",
        ),
    ),
    guard(
        "T120",
        "node/topics/admissions/test_asking.py::test_what_somebody_elsewhere_took_back_waits_no_more_also_under_its_older_id",
        ("node/topics/members/asking.py", "if held.iri != iri and not actor.local:", "if False:"),
    ),
    guard(
        "T70",
        f"{PAGES}::test_whether_a_name_is_somebodys_already_is_told_to_nobody",
        (
            "node/topics/admissions/rules.py",
            'return f"{stem or NAMELESS}_{tail}"',
            "return stem or NAMELESS",
        ),
    ),
)
