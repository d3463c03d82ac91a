"""Poison set aside, storms, order, half-open follows, errors that are not final: T115 to T123."""

from tests.guards.guard import guard

OUTBOX, SENDER = "node/outbox/test_outbox.py", "node/outbox/sender.py"
ASKING = "node/topics/members/test_follow_retries.py"
ACCEPTING = "node/inbox/accept.py"
SAID_AGAIN = "node/topics/moderation/test_said_again.py"
TOMBSTONES = "node/arrivals/tombstones.py"
AGAIN = "node/arrivals/test_said_again.py"
GROUPS = "node/topics/publishing/test_groups_of_others.py"

GUARDS = (
    guard(
        "T115",
        f"{OUTBOX}::test_what_a_host_will_not_have_is_parked_after_three_tries_and_the_next_goes",
        ("node/outbox/deliveries.py", "delivery.tries + 1 >= POISON_TRIES_MAX or", "False or"),
    ),
    guard(
        "T115",
        f"{OUTBOX}::test_what_a_host_will_not_have_is_parked_after_three_tries_and_the_next_goes",
        (SENDER, 'if outcome == "failed":', 'if outcome in ("failed", "refused"):'),
    ),
    guard(
        "T116",
        "node/inbox/test_apply.py"
        "::test_a_message_that_fails_is_set_aside_after_five_tries_and_the_others_go_on",
        ("node/inbox/apply.py", "if arrival.tries + 1 >= tries_max:", "if False:"),
    ),
    guard(
        "T116",
        "node/inbox/test_apply.py"
        "::test_a_message_that_fails_is_set_aside_after_five_tries_and_the_others_go_on",
        (
            "node/inbox/batch.py",
            "            batch.failing.append((arrival, error))\n",
            "            raise\n",
        ),
    ),
    guard(
        "T115",
        f"{OUTBOX}::test_a_host_that_does_not_believe_one_of_ours_gets_what_others_say",
        (SENDER, "answer.status in UNBELIEVED", "False"),
        (SENDER, "answer.status not in NOT_NOW", "answer.status not in (401, 403)"),
    ),
    guard(
        "T115",
        f"{OUTBOX}::test_a_host_that_does_not_believe_one_of_ours_gets_what_others_say",
        (
            "node/outbox/deliveries.py",
            "case when tries + 1 >= :most then",
            "case when tries < 0 then",
        ),
    ),
    guard(
        "T6",
        f"{AGAIN}::test_a_message_that_somebody_kept_does_not_count_again",
        ("node/arrivals/store.py", "and a.signed_at < :signed_at\n", "\n"),
    ),
    guard(
        "T120",
        f"{AGAIN}::test_what_was_taken_back_before_it_came_stays_so",
        (
            "node/arrivals/store.py",
            "tombstone t join arrival a on a.activity_iri = t.iri",
            "tombstone t",
        ),
        (
            "node/arrivals/store.py",
            "          and a.actor_iri = :actor_iri and a.signed_at < :signed_at\n"
            "          and a.state in ('done', 'dropped')\n",
            "          and :signed_at > 0\n",
        ),
    ),
    guard(
        "T120",
        f"{SAID_AGAIN}::test_a_copy_that_was_signed_before_the_undo_and_comes_after_it_does_nothing",
        (TOMBSTONES, ' or signed_at <= row["created_at"]', ""),
    ),
    guard(
        "T120",
        f"{SAID_AGAIN}::test_what_was_undone_before_it_came_does_nothing_however_late_it_was_signed",
        (TOMBSTONES, 'row["expires_at"] is not None or ', ""),
    ),
    guard(
        "T122",
        f"{SAID_AGAIN}::test_a_community_elsewhere_passes_on_again_what_was_undone",
        (TOMBSTONES, ' or signed_at <= row["created_at"]:', " or signed_at:"),
    ),
    guard(
        "T122",
        f"{SAID_AGAIN}::test_a_moderator_of_ours_does_again_what_was_undone",
        ("node/arrivals/store.py", '    *("Lock", "Block", "Delete"),\n', ""),
    ),
    guard(
        "T122",
        f"{SAID_AGAIN}::test_a_boost_under_the_id_of_one_that_was_taken_back_is_one",
        (
            "node/topics/reactions/activities.py",
            '    drop_boost(tx, held)\n    add_tombstone(tx, held.iri, actor.iri, "undone",'
            " context.said_at, forever=True)\n",
            "    drop_boost(tx, held)\n",
        ),
    ),
    guard(
        "T122",
        f"{SAID_AGAIN}::test_a_report_that_was_taken_back_is_made_again",
        ("node/topics/moderation/flags.py", "was_undone and reopen_report(tx, report)", "False"),
    ),
    guard(
        "T120",
        f"{GROUPS}::test_an_author_brings_back_nothing_that_was_removed_before",
        (
            "node/topics/posts/withdrawals.py",
            "          and withdrawn_at is not null and restored_at is null\n",
            "          and restored_at is null\n",
        ),
    ),
    guard(
        "T118",
        "node/inbox/test_accept.py::test_fifty_farewells_of_strangers_cost_no_fetch_and_no_row",
        (
            ACCEPTING,
            "is_self_delete(activity) and not await self.db.read",
            "False and not await self.db.read",
        ),
    ),
    guard(
        "T118",
        "node/inbox/test_storms.py"
        "::test_a_storm_of_farewells_of_strangers_costs_no_fetch_no_row_and_little_time",
        (
            ACCEPTING,
            "is_self_delete(activity) and not await self.db.read",
            "False and not await self.db.read",
        ),
    ),
    guard(
        "T121",
        f"{OUTBOX}::test_a_delete_takes_back_what_was_not_sent_of_its_object",
        ("node/outbox/append.py", '    if kind == "Delete":\n', "    if False:\n"),
    ),
    guard(
        "T121",
        f"{OUTBOX}::test_a_host_gets_what_was_said_in_order_and_once",
        (
            "node/outbox/deliveries.py",
            "        order by d.id\n",
            "        order by d.id % 7, d.id\n",
        ),
    ),
    guard(
        "T121",
        f"{OUTBOX}::test_what_is_about_one_thing_waits_for_what_was_said_of_it_before",
        (SENDER, "delivery.object_iri in self.objects or ", ""),
    ),
    guard(
        "T115",
        f"{OUTBOX}::test_who_is_not_believed_holds_up_nobody_else_who_speaks_of_the_same",
        (SENDER, '"doubted" if delivery.reason in DOUBTED else "refused"', '"refused"'),
    ),
    guard(
        "T120",
        "node/topics/members/test_blocks.py"
        "::test_the_undo_of_an_earlier_follow_that_comes_late_leaves_the_later_one",
        ("node/topics/members/activities.py", "if held.iri != follow.iri:", "if False:"),
    ),
    guard(
        "T120",
        "node/topics/members/test_blocks.py"
        "::test_the_undo_of_an_earlier_block_that_comes_late_leaves_the_later_one",
        (
            "node/topics/members/block_activities.py",
            "if before is not None and before.iri != block.iri:",
            "if False:",
        ),
    ),
    guard(
        "T122",
        f"{ASKING}::test_a_follow_that_nobody_answers_is_asked_for_again_under_the_same_id",
        (
            "node/topics/members/actions.py",
            "ask_later(tx, asked.id, asks, next_ask_at(asked.created_at, asks))",
            "ask_later(tx, asked.id, asks, None)",
        ),
    ),
    guard(
        "T122",
        f"{ASKING}::test_after_the_last_asking_it_stays_pending_and_says_that_nobody_answered",
        (
            "node/topics/members/rules.py",
            'return state == "pending" and asks > len(ASK_AGAIN_AFTER_S)',
            "return False",
        ),
    ),
    guard(
        "T122",
        f"{ASKING}::test_a_follow_that_comes_again_is_applied_again_once_it_was_answered_for_a_while",
        (
            "node/arrivals/store.py",
            "(arrival.kind = 'Follow' and excluded.kind = 'Follow'",
            "(false and excluded.kind = 'Follow'",
        ),
    ),
    guard(
        "T122",
        "node/topics/publishing/test_activities.py"
        "::test_what_is_sent_ahead_of_the_yes_to_a_follow_stands_at_home_after_it",
        (
            "node/topics/members/actions.py",
            "        place_what_overtook(tx, followed.id, asked.id, asked.created_at)\n",
            "        pass\n",
        ),
    ),
    guard(
        "T122",
        "node/topics/members/test_followers_sync.py"
        "::test_a_pending_follow_that_is_listed_is_accepted_once_it_is_an_hour_old",
        (
            "node/topics/members/followers_sync.py",
            "return not one.follow.is_accepted and is_old and",
            "return not one.follow.is_accepted and",
        ),
    ),
    guard(
        "T122",
        "node/topics/members/test_convergence.py"
        "::test_both_nodes_agree_on_who_follows_whom_a_day_after_the_last_change",
        (
            "node/topics/members/followers_sync.py",
            "    stale = [one for one in held if is_stale(one, listed, asked_at)]\n",
            "    stale: list[Following] = []\n",
        ),
    ),
    guard(
        "T123",
        "federation/test_gate.py::test_a_redirect_of_a_post_is_not_followed",
        (
            "federation/gate.py",
            "data=body, headers=headers, allow_redirects=False",
            "data=body, headers=headers",
        ),
    ),
    guard(
        "T123",
        f"{OUTBOX}::test_whatever_goes_wrong_on_the_line_is_tried_again",
        (SENDER, "400 <= answer.status < 500", "300 <= answer.status < 600"),
    ),
)
