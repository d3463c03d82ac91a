"""Other names of people: whose they are nobody is told, and none gets around a block or a ban: T80,
T81, T82, T85, T88, T97, T98, T99."""

from tests.guards.guard import guard

TOPIC, PAGES = "node/topics/pseudonyms", "node/web/test_names.py"
ACTING, ENDING = f"{TOPIC}/test_acting.py", f"{TOPIC}/test_ending.py"
BLOCKS, JOINING = f"{TOPIC}/test_blocks_across_names.py", f"{TOPIC}/test_joining.py"
BY_OTHERS, PERMISSIONS = f"{TOPIC}/test_told_by_others.py", "node/topics/communities/permissions.py"
STORE, DELETION = "node/topics/accounts/store.py", "node/topics/portability/deletion.py"
NAMES, NOTIFY = "node/topics/communities/names.py", "node/topics/notifications/store.py"

GUARDS = (
    guard(
        "T88",
        f"{ACTING}::test_a_name_tries_out_of_nobody_whether_they_are_in_a_community_that_hides_its_list",
        (NAMES, "and (c.shows_members = 1 or m.role <> 'member'))", ")"),
    ),
    guard(
        "T88",
        f"{BY_OTHERS}::test_who_blocked_one_name_and_moves_here_is_followed_by_the_other_as_by_anybody",
        (
            "node/topics/members/move.py",
            "follow(tx, follower, target, now, is_led=True)",
            "follow(tx, follower, target, now)",
        ),
    ),
    guard(
        "T88",
        f"{BY_OTHERS}::test_nobody_is_moved_along_with_a_community_so_that_nobody_stands_out",
        (
            "node/topics/members/move.py",
            "is_moved = not is_group and move_one(",
            "is_moved = move_one(",
        ),
    ),
    guard(
        "T88",
        f"{BY_OTHERS}::test_a_ban_of_one_name_does_not_keep_an_organiser_from_letting_the_other_in",
        (
            PERMISSIONS,
            '0 if to_others else row["other_banned_until"] or 0',
            'row["other_banned_until"] or 0',
        ),
    ),
    guard(
        "T88",
        f"{BY_OTHERS}::test_a_ban_of_one_name_leaves_the_invitations_of_the_other_open",
        (
            "node/topics/admissions/invitations.py",
            "may_invite(tx, group, inviter, now, to_others=True)",
            "may_invite(tx, group, inviter, now)",
        ),
    ),
    guard(
        "T88",
        f"{BY_OTHERS}::test_what_waits_is_let_through_though_its_author_has_come_in_under_another_name",
        (PERMISSIONS, 'row["another"] is not None and not to_others', 'row["another"] is not None'),
    ),
    guard(
        "T82",
        f"{BY_OTHERS}::test_a_vote_and_a_favour_count_once_whatever_name_they_are_given_under",
        (
            "node/topics/polls/actions.py",
            "    if has_voted_as_another(",
            "    if False and has_voted_as_another(",
        ),
    ),
    guard(
        "T82",
        f"{BY_OTHERS}::test_a_vote_and_a_favour_count_once_whatever_name_they_are_given_under",
        (
            "node/topics/reactions/actions.py",
            "    if favours_as_another(",
            "    if False and favours_as_another(",
        ),
    ),
    guard(
        "T82",
        f"{BY_OTHERS}::test_who_was_refused_does_not_ask_again_at_once_under_another_name",
        (
            "node/topics/members/asking.py",
            "(held, *requests_of_others(tx, group.id, actor.id))",
            "(held,)",
        ),
    ),
    guard(
        "T80",
        f"{PAGES}::test_words_that_were_written_under_one_name_are_not_sent_under_another",
        (STORE, 'f"{person.csrf} {actor.id}"', "person.csrf"),
        (NAMES, "    if group is not None and name_in(", "    if False and name_in("),
        ("node/topics/permissions/rules.py", "and act in TAKING_PART:", "and False:"),
    ),
    guard(
        "T81",
        f"{ACTING}::test_nobody_goes_on_under_a_name_that_is_not_theirs",
        (STORE, "made is None or made.account_id != person.account.id or", "made is None or"),
    ),
    guard(
        "T81",
        f"{ENDING}::test_nobody_ends_a_name_that_is_not_theirs",
        (
            "node/topics/portability/names.py",
            "if made is not None and made.account_id == account_id else None",
            "if made is not None else None",
        ),
    ),
    guard(
        "T82",
        f"{ACTING}::test_where_one_takes_part_under_one_name_one_does_nothing_under_the_others",
        (NAMES, "    if group is not None and name_in(", "    if False and name_in("),
    ),
    guard(
        "T82",
        f"{ACTING}::test_the_one_permission_function_lets_nobody_take_part_under_two_names",
        ("node/topics/permissions/rules.py", "and act in TAKING_PART:", "and False:"),
    ),
    guard(
        "T85",
        f"{ACTING}::test_under_another_name_nobody_looks_after_the_node",
        (STORE, 'replace(person.account, role="member")', "person.account"),
    ),
    guard(
        "T85",
        f"{PAGES}::test_what_belongs_to_the_own_name_is_there_under_that_alone",
        (
            "node/http/sessions.py",
            "if person is not None and person.own is not None:",
            "if False:",
        ),
    ),
    guard(
        "T88",
        f"{ENDING}::test_with_the_account_all_names_are_gone_and_each_is_said_by_itself",
        (
            DELETION,
            "say_gone(tx, name, now, told=told_at(now, chance()))",
            "say_gone(tx, name, now, told=now)",
        ),
    ),
    guard(
        "T88",
        f"{ENDING}::test_with_the_owner_all_names_are_suspended_and_each_is_said_by_itself",
        (
            "node/topics/accounts/suspension.py",
            "hide(tx, name, now, told=told_at(now, chance()))",
            "hide(tx, name, now, told=now)",
        ),
    ),
    guard(
        "T88",
        f"{ENDING}::test_tombstones_say_no_more_than_the_day",
        ("node/documents/actors.py", "day_of(absent.deleted_at)", "absent.deleted_at"),
    ),
    guard(
        "T88",
        "node/documents/test_documents.py::test_a_deleted_post_leaves_a_tombstone_only_where_everybody_could_read_it",
        ("node/documents/objects.py", "deleted=day_of(gone.deleted_at)", "deleted=gone.deleted_at"),
    ),
    guard(
        "T88",
        "node/documents/test_documents.py::test_a_stamp_is_a_document_until_the_quoted_post_is_deleted",
        ("node/documents/objects.py", "day_of(stamp.revoked_at)", "stamp.revoked_at"),
    ),
    guard(
        "T88",
        f"{JOINING}::test_dates_of_two_names_are_cut_to_the_day",
        ("node/topics/actors/documents.py", "return at // DAY_S * DAY_S", "return at"),
    ),
    guard(
        "T88",
        f"{ENDING}::test_what_a_keeper_is_told_says_nothing_of_other_names",
        (
            DELETION,
            "    check_leaves_none_alone(tx, account.actor_id)\n",
            "    check_leaves_none_alone(tx, account.actor_id)\n"
            "    for made in pseudonyms_with(tx, account.id):\n"
            "        check_leaves_none_alone(tx, made.actor_id)\n",
        ),
    ),
    guard(
        "T88",
        f"{ACTING}::test_nobody_tries_out_whose_a_name_is_by_appointing_somebody",
        (NAMES, "                      and m.came_by <> 'appointment')\n", ")\n"),
    ),
    guard(
        "T88",
        f"{PAGES}::test_words_that_were_not_taken_come_back_to_send_under_the_name_they_were_written_under",
        (
            "node/topics/accounts/written_as.py",
            "    if actor_id == person.actor.id:\n",
            "    if True:\n",
        ),
    ),
    guard(
        "T88",
        f"{ACTING}::test_nobody_tries_out_whose_a_name_is_by_adding_somebody",
        (NAMES, "and a.since = f.created_at))", "and a.since < 0))"),
    ),
    guard(
        "T88",
        f"{ACTING}::test_nobody_tries_out_whose_a_name_is_by_adding_somebody",
        (
            "node/topics/organising/member_actions.py",
            'Role.MEMBER, now, "appointment")',
            'Role.MEMBER, now, "invitation")',
        ),
    ),
    guard(
        "T88",
        "node/web/test_asking.py::test_since_when_somebody_is_here_is_said_to_the_day_alone",
        (
            "node/web/templates/admissions/waiting.html",
            "{{ one.person.created_at|day_in_words }}",
            "{{ one.person.created_at|day_and_hour }}",
        ),
    ),
    guard(
        "T88",
        "node/cli/test_data.py::test_whose_another_name_is_is_never_shown",
        ("node/db/inspection.py", "not in NEVER_SHOWN | SAYS_WHOSE)", "not in NEVER_SHOWN)"),
    ),
    guard(
        "T88",
        "node/cli/test_data.py::test_nothing_of_which_names_are_one_persons_is_printed_or_written_out",
        ("node/db/inspection.py", '        "same_person.actor_id",\n', ""),
    ),
    guard(
        "T88",
        "node/cli/test_names.py::test_what_is_said_of_a_name_that_goes_on_is_the_same_however_it_is_with_its_owner",
        (
            "node/cli/accounts.py",
            '        return f"{name} is stopped no longer."\n',
            '        return f"{name} can sign in again. What they wrote is shown."\n',
        ),
    ),
    guard(
        "T97",
        f"{JOINING}::test_who_is_shut_out_under_one_name_is_shut_out_under_all_and_nobody_else_is_told",
        (
            "node/topics/communities/permissions.py",
            '0 if to_others else row["other_banned_until"] or 0',
            "0",
        ),
    ),
    guard(
        "T97",
        f"{JOINING}::test_while_one_name_is_stopped_another_that_goes_on_lets_nobody_make_more",
        (
            "node/topics/accounts/suspension.py",
            "    if not has_stopped(tx, made.account_id):\n",
            "    if True:\n",
        ),
    ),
    guard(
        "T97",
        f"{JOINING}::test_a_ban_outlives_the_name_that_it_was_for",
        (
            "node/topics/moderation/purge.py",
            "            select 1 from same_person s where s.actor_id = ban.person_id))",
            "            select 1 from same_person s where s.actor_id = -1))",
        ),
    ),
    guard(
        "T98",
        f"{ACTING}::test_whatever_a_name_would_do_elsewhere_is_refused_in_plain_words",
        (NAMES, "if made is not None and made.community_id != group_id:", "if False:"),
    ),
    guard(
        "T99",
        f"{BLOCKS}::test_no_other_name_reaches_whoever_blocked_one",
        (
            "node/topics/posts/text.py",
            "kept = kept_from(tx, author.id, [actor.id for actor in found.values()])",
            "kept = set[int]()",
        ),
    ),
    guard(
        "T99",
        f"{BLOCKS}::test_a_notice_by_another_name_is_not_given",
        (
            NOTIFY,
            "                              where s.actor_id = :from_id)\n",
            "                              where s.actor_id = -1)\n",
        ),
    ),
    guard(
        "T99",
        f"{BLOCKS}::test_the_blocker_sees_no_difference_in_the_other_names",
        (
            "node/topics/posts/readings.py",
            "where s.actor_id = :reader_id and k.blocked_id = p.author_id) then 1\n",
            "where s.actor_id = p.author_id and k.blocker_id = :reader_id) then 1\n"
            "         when exists (select 1 from same_person s join block k on k.blocked_id = s.other_id\n"
            "                      where s.actor_id = p.author_id and k.blocker_id = :reader_id) then 1\n",
        ),
    ),
    guard(
        "T99",
        f"{BLOCKS}::test_whom_one_blocks_under_one_name_one_does_not_see_under_the_others",
        (
            "node/topics/posts/readings.py",
            "where s.actor_id = :reader_id and k.blocked_id = p.author_id) then 1\n",
            "where s.actor_id = -1 and k.blocked_id = p.author_id) then 1\n",
        ),
    ),
    guard(
        "T99",
        f"{BLOCKS}::test_in_a_conversation_that_the_blocker_began_no_other_name_answers",
        (
            "node/topics/posts/conversation_blocks.py",
            "where s.actor_id = :actor_id and s.other_id = b.blocked_id",
            "where s.actor_id = -1 and s.other_id = b.blocked_id",
        ),
    ),
    guard(
        "T97",
        f"{BLOCKS}::test_who_is_shut_out_of_the_node_under_one_name_is_so_under_all",
        (
            "node/topics/moderation/node_bans.py",
            "where s.actor_id = :person_id",
            "where s.actor_id = -1",
        ),
    ),
    guard(
        "T97",
        f"{JOINING}::test_who_had_a_name_stopped_makes_none_for_thirty_days",
        (
            "node/topics/accounts/suspension.py",
            "    put_no_names_until(tx, made.account_id, now + NO_NAMES_S)\n",
            "",
        ),
    ),
    guard(
        "T98",
        f"{ACTING}::test_whatever_a_name_would_do_elsewhere_is_refused_in_plain_words",
        (NAMES, "        check_is_at_home(tx, actor, None)\n", "        pass\n"),
    ),
    guard(
        "T88",
        "matrix/test_matrix.py::test_words_of_two_names_in_one_answer_are_noticed",
        (
            "node/leak_audit/walk.py",
            "if is_said(link.one, answer.text) and is_said(link.other, answer.text):",
            "if False:",
        ),
    ),
)
