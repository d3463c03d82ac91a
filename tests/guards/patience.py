"""Poison set aside, storms, order, half-open follows, errors that are not final: T115 to T123."""

from tests.guards.guard import guard

OUTBOX, SENDER = "node/outbox/test_outbox.py", "node/outbox/sender.py"
ASKING = "node/topics/members/test_follow_retries.py"
ACCEPTING = "node/inbox/accept.py"

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
        ("node/inbox/apply.py", "if arrival.tries + 1 >= TRIES_MAX:", "if False:"),
    ),
    guard(
        "T116",
        "node/inbox/test_apply.py"
        "::test_a_message_that_fails_is_set_aside_after_five_tries_and_the_others_go_on",
        (
            "node/inbox/apply.py",
            "            batch.failing.append((arrival, error))\n",
            "            raise\n",
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
        (SENDER, " or delivery.object_iri in held", ""),
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
            "where arrival.kind = 'Follow' and excluded.kind = 'Follow'",
            "where false and excluded.kind = 'Follow'",
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
