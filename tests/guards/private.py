"""Private communities on several nodes: T87 to T92, T97, T98, and T22, T23 as far as they go."""

from tests.guards.guard import guard

DOORS = "node/topics/publishing/test_members_elsewhere.py"
DOCUMENTS = "node/documents/test_private_documents.py"
STANDING = "node/topics/publishing/may_stand.py"
RECEIVE, ANNOUNCED = (
    "node/topics/publishing/receive.py",
    "node/topics/publishing/receive_announce.py",
)
PERMISSIONS = "node/topics/communities/permissions.py"
PASSED_ON = "node/topics/communities/announce.py"
PACKETS = (
    "node/topics/publishing/test_packets.py"
    "::test_no_host_is_told_of_members_elsewhere_who_have_not_written_or_of_what_stays_here"
)
STRANGERS = f"{DOCUMENTS}::test_to_everybody_else_it_looks_as_if_it_had_never_been"

PURGE, COPIES = (
    "node/topics/neighbours/test_community_purge.py",
    "node/topics/members/copies.py",
)
TOLD = "node/topics/moderation/test_told_behind_doors.py"
NEW_NODES = "node/topics/members/test_new_nodes.py"

GUARDS = (
    guard(
        "T21",
        f"{PURGE}::test_only_the_node_that_was_asked_answers_for_itself",
        (COPIES, ' or authority_of(who.iri) != row["host"]:', ":"),
    ),
    guard(
        "T24",
        f"{PURGE}::test_nothing_but_a_communitys_own_word_about_all_it_said_has_that_removed_here",
        (
            "node/topics/neighbours/community_purge.py",
            " or delete.object != group.outbox:",
            ":",
        ),
    ),
    guard(
        "T91",
        f"{NEW_NODES}::test_two_organisers_agree_to_a_new_node_where_there_are_two",
        (
            "node/topics/members/new_nodes.py",
            "Agreement.AGREED if agreed > 1 else",
            "Agreement.AGREED if agreed else",
        ),
    ),
    guard(
        "T91",
        f"{NEW_NODES}::test_what_shows_everything_to_everybody_is_not_let_in",
        ("node/topics/members/rules.py", "return software.lower() not in SHOWS_ALL", "return True"),
    ),
    guard(
        "T97",
        f"{PURGE}::test_a_node_is_asked_to_remove_all_when_its_last_member_has_left_and_not_before",
        (
            "node/topics/communities/store.py",
            "where community_id = :community_id and state = 'held'\n          and host",
            "where community_id = :community_id and state = 'never'\n          and host",
        ),
    ),
    guard(
        "T97",
        f"{PURGE}::test_nodes_for_which_a_narrower_door_has_no_room_are_asked_to_remove_all_and_say_so",
        (
            "node/topics/communities/store.py",
            'where community_id = :community_id and state = \'held\'\n        """',
            'where community_id = :community_id and state = \'never\'\n        """',
        ),
    ),
    guard(
        "T97",
        f"{PURGE}::test_nodes_that_have_a_member_when_the_door_is_shut_hold_what_is_said_behind_it",
        (
            "node/topics/organising/actions.py",
            "        note_copies(tx, group.id, 0, now)\n",
            "        pass\n",
        ),
    ),
    guard(
        "T97",
        f"{PURGE}::test_when_the_last_of_ours_leaves_it_goes_without_being_asked_for",
        (
            "node/topics/members/actions.py",
            "    order_purge_if_left(tx, held.followed_id)\n",
            "",
        ),
    ),
    guard(
        "T120",
        f"{PURGE}::test_what_went_before_its_home_asked_for_it_is_said_to_be_removed",
        (
            "node/topics/neighbours/community_purge.py",
            "        remember_purge(tx, group.id, now)\n",
            "        drop_purge_order(tx, group.id)\n",
        ),
    ),
    guard(
        "T121",
        f"{PURGE}::test_what_was_not_yet_sent_to_such_a_node_is_not_sent_any_more",
        (
            COPIES,
            "delete from delivery where host = :host and state = 'waiting'",
            "delete from delivery where host = :host and state = 'never'",
        ),
    ),
    guard(
        "T16",
        f"{DOORS}::test_of_a_third_node_the_authors_proof_tells_who_said_it_and_nobody_is_asked",
        (ANNOUNCED, "raise NotAllowed(NOT_PROVEN)", "pass"),
    ),
    guard(
        "T22",
        f"{DOORS}::test_who_is_no_member_says_nothing_in_a_closed_community",
        (
            STANDING,
            "        check_may_post_in(tx, group, author, now, is_answer=post.parent_iri is not None)\n",
            "",
        ),
    ),
    guard(
        "T23",
        f"{DOORS}::test_what_a_closed_community_elsewhere_passes_on_is_for_our_members_of_it_alone",
        (
            "node/topics/permissions/rules.py",
            'return reading.who.role > Role.NOBODY and not reading.who.is_clinic\n    if visibility == "node"',
            'return reading.who.is_here\n    if visibility == "node"',
        ),
    ),
    guard(
        "T88",
        "node/web/test_kept_where.py::test_who_may_not_read_there_is_told_of_no_place_that_has_a_member",
        (
            "node/topics/publishing/who_holds.py",
            "if group.local and not is_allowed(tx, Act.READ, group, author):",
            "if False:",
        ),
    ),
    guard(
        "T87",
        STRANGERS,
        (
            "node/documents/collections.py",
            "if not is_allowed(tx, Act.READ, actor, reader):",
            "if False:",
        ),
    ),
    guard(
        "T88",
        f"{DOORS}::test_a_hidden_community_elsewhere_is_known_to_those_alone_who_have_to_do_with_it",
        (PERMISSIONS, "return not is_hidden or is_acquainted(tx, actor.id, reader)", "return True"),
    ),
    guard(
        "T88",
        f"{DOCUMENTS}::test_a_node_with_a_copy_may_ask_whether_another_has_a_member",
        (
            "node/documents/private_collections.py",
            "for one in (signer, asked):",
            "for one in (asked,):",
        ),
    ),
    guard(
        "T89",
        f"{DOORS}::test_what_an_approved_member_elsewhere_says_goes_to_one_member_of_each_node",
        (
            "node/outbox/audience.py",
            "select min(a.inbox) as inbox from membership m",
            "select min(coalesce(a.shared_inbox, a.inbox)) as inbox from membership m",
        ),
    ),
    guard(
        "T90",
        f"{DOCUMENTS}::test_a_node_is_told_of_no_moderator_who_lives_on_a_third",
        (
            "node/documents/private_collections.py",
            "if is_same_origin(one, group.iri) or is_same_origin(one, reader.iri)",
            "if True",
        ),
    ),
    guard(
        "T97",
        f"{TOLD}::test_that_all_somebody_wrote_is_removed_is_told_to_every_node_that_has_it",
        (
            PASSED_ON,
            "          and (p.deleted_at is null or p.removed_in is not null)\n",
            "          and p.deleted_at is null\n",
        ),
    ),
    guard(
        "T90",
        f"{TOLD}::test_who_has_only_written_what_waits_for_a_look_is_named_to_nobody",
        (
            PASSED_ON,
            "                          where w.post_id = p.id and w.state <> 'passed')",
            "                          where w.post_id = p.id and false)",
        ),
    ),
    guard(
        "T90",
        PACKETS,
        (
            PASSED_ON,
            "is_named = is_open or has_written_in(tx, group, about)",
            "is_named = True",
        ),
    ),
    guard(
        "T90",
        PACKETS,
        (
            PASSED_ON,
            "if not is_open and not has_written_around",
            "if False and not has_written_around",
        ),
    ),
    guard(
        "T91",
        PACKETS,
        (
            "node/topics/posts/audience.py",
            "    if post.visibility in LIMITED:\n        return community_inbox(tx, post)\n",
            "",
        ),
    ),
    guard(
        "T90",
        f"{DOORS}::test_a_vote_behind_a_door_names_the_voter_to_the_home_of_the_community_alone",
        ("node/topics/polls/actions.py", "        raise NotAllowed(WOULD_TELL)", "        pass"),
    ),
    guard(
        "T92",
        f"{DOCUMENTS}::test_a_node_reads_its_own_part_of_the_members_also_of_a_hidden_community",
        (
            "node/documents/collections.py",
            "if signer is None or authority_of(signer) != host:",
            "if signer is None:",
        ),
    ),
    guard(
        "T97",
        f"{DOCUMENTS}::test_when_its_last_member_has_left_a_node_is_given_nothing_more",
        (
            "node/topics/members/actions.py",
            "    drop_member(tx, held.followed_id, held.follower_id)\n",
            "",
        ),
    ),
    guard(
        "T98",
        f"{DOORS}::test_a_public_answer_to_what_was_said_behind_a_door_is_not_taken",
        (
            STANDING,
            "        check_fits(tx, post, group)\n        check_may_post_in",
            "        check_may_post_in",
        ),
    ),
    guard(
        "T98",
        f"{DOORS}::test_what_is_for_members_is_not_taken_from_a_community_without_a_door",
        (
            RECEIVE,
            "        check_fits(tx, post, group)\n        check_is_vouched_for(post, group, vouching)\n",
            "        check_is_vouched_for(post, group, vouching)\n",
        ),
    ),
    guard(
        "T98",
        f"{DOORS}::test_what_everybody_may_read_is_not_taken_from_behind_a_door",
        (ANNOUNCED, "if is_behind_door(group) and reach in OPEN:", "if False:"),
    ),
    guard(
        "T109",
        f"{DOORS}::test_what_the_community_does_not_bring_does_not_come_to_stand_in_it",
        (STANDING, "        raise NotAllowed(NOT_VOUCHED)", "        return"),
    ),
)
