"""Who sees, changes and belongs to a community of ours: T21, T62, T82, T88, T97, T106."""

from tests.guards.guard import guard

CHANGING = "node/topics/organising/test_changing.py"
REFUSALS = "node/topics/publishing/test_refusals.py"
PAGES = "node/web/test_community_pages.py"
NARROWING, ACTIONS = "node/topics/organising/narrowing.py", "node/topics/organising/actions.py"
MEMBERS, TOLD = (
    "node/topics/organising/member_actions.py",
    "node/topics/publishing/refusals.py",
)

GUARDS = (
    guard(
        "T97",
        f"{CHANGING}::test_whom_a_narrower_door_shuts_out_is_let_go_and_boosts_are_taken_back",
        (ACTIONS, "        begin_narrowing(tx, group, after, now)\n", "        pass\n"),
    ),
    guard(
        "T97",
        f"{CHANGING}::test_members_of_other_nodes_are_members_no_longer_where_there_is_no_room_for_them",
        (NARROWING, "if not takes_from_elsewhere(community.place):", "if False:"),
    ),
    guard(
        "T88",
        f"{CHANGING}::test_one_that_is_closed_down_is_there_for_its_organisers_alone_and_opens_again",
        (
            "node/topics/permissions/rules.py",
            "        return who.role is Role.ORGANISER\n    if place.door",
            "        return True\n    if place.door",
        ),
    ),
    guard(
        "T88",
        f"{REFUSALS}::test_of_a_community_that_one_may_not_know_of_nothing_is_told",
        (
            TOLD,
            'return sentence if may(Act.KNOW, community.place, who) else ""',
            "return sentence",
        ),
        (TOLD, 'return CLOSED_DOWN if knew else ""', "return CLOSED_DOWN"),
    ),
    guard(
        "T106",
        f"{REFUSALS}::test_somebody_who_goes_on_writing_is_told_once_a_day",
        (TOLD, "if reason and note_told(tx, group.id, author.id, now):", "if reason:"),
    ),
    guard(
        "T21",
        f"{REFUSALS}::test_nobodys_word_counts_but_that_of_the_community_that_the_post_was_for",
        (
            TOLD,
            "if post is None or group is None or not group.is_group or group.local:",
            "if post is None or group is None:",
        ),
        (
            TOLD,
            "    if post.community_id == group.id or any(\n        actor_id == group.id for actor_id, _ in recipients_of(tx, post.id)\n    ):\n",
            "    if True:\n",
        ),
    ),
    guard(
        "T82",
        f"{CHANGING}::test_members_are_listed_for_members_where_it_is_wanted",
        (MEMBERS, "if not is_allowed(tx, Act.LIST_MEMBERS, group, me):", "if False:"),
    ),
    guard(
        "T82",
        f"{PAGES}::test_settings_are_there_for_those_who_organise_it_alone",
        (
            ACTIONS,
            "    try:\n        check_allowed(tx, Act.ORGANISE, group, me, 0, sentence=ORGANISERS_ONLY)\n    except NotAllowed:\n        raise NotFound from None\n    return group",
            "    return group",
        ),
    ),
    guard(
        "T82",
        f"{CHANGING}::test_who_does_not_look_after_a_community_learns_of_nobody_what_they_are_in_it",
        (
            MEMBERS,
            "    check_may_moderate(standing_in(tx, group, me))\n    if membership",
            "    if membership",
        ),
    ),
)
