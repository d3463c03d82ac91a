"""Delivery, storage and faults: T110, T111, T119, T120, T126."""

from tests.guards.guard import guard

POSTS = "node/topics/publishing/test_activities.py"
ASKING = "node/topics/members/test_follow_retries.py"
ACTIVITIES = "node/topics/publishing/activities.py"
OURS, REPORTING = "node/topics/moderation/test_ours.py", "node/topics/moderation/test_flags.py"
VOTING = "node/topics/polls/test_voting.py"
WRITER = "node/db/writer.py"
KILLED = "journeys/test_kill.py::test_three_kills_under_load_lose_nothing_acknowledged_and_double_nothing"
ANY_ORDER = f"{POSTS}::test_any_order_of_create_update_and_delete_ends_with_nothing"
STAYS_UNDONE = f"{POSTS}::test_what_is_undone_stays_undone_in_any_order"
ONCE_A_PERSON = f"{POSTS}::test_favours_and_boosts_count_once_a_person"

GUARDS = (
    guard(
        "T110",
        "node/outbox/test_outbox.py"
        "::test_what_is_said_and_what_must_be_delivered_are_kept_or_lost_together",
        ("node/db/sqlite_tx.py", 'self._control(f"rollback to {name}")', "pass"),
    ),
    guard(
        "T110",
        "node/topics/publishing/test_publishing.py"
        "::test_the_same_idempotency_key_makes_one_post_and_sends_it_once",
        (
            "node/topics/publishing/actions.py",
            "if idempotency and (made :=",
            "if None and (made :=",
        ),
        (
            "node/topics/publishing/actions.py",
            "        remember_key(tx, *idempotency, post.id, now)\n",
            "        pass\n",
        ),
    ),
    guard(
        "T110",
        KILLED,
        (
            WRITER,
            'self._connection.execute("commit")',
            'settle_all(group)\n            threading.Event().wait(0.2)\n            self._connection.execute("commit")',
        ),
    ),
    guard(
        "T111",
        "node/inbox/test_accept.py::test_what_could_not_be_stored_is_not_answered_with_202",
        (
            "node/inbox/accept.py",
            "is_new, is_back = await self.db.write(keep, arrival, signer, followers, self.clock.now())",
            "asyncio.ensure_future(self.db.write(keep, arrival, signer, followers, self.clock.now()))\n        is_new, is_back = True, False",
        ),
    ),
    guard(
        "T111",
        "node/db/test_writer.py"
        "::test_a_disk_error_ends_the_process_and_what_was_acknowledged_is_there_afterwards",
        (
            WRITER,
            "                job.result = job.call(tx)\n",
            "                job.result = job.call(tx)\n            settle_all([job])\n",
        ),
    ),
    guard(
        "T111",
        "node/db/test_writer.py::test_settings_that_keep_data_safe_are_on",
        ("node/db/sqlite_tx.py", "pragma synchronous = full", "pragma synchronous = normal"),
    ),
    guard(
        "T119",
        "node/inbox/test_accept.py::test_the_same_message_twenty_times_at_once_is_kept_once",
        (
            "node/arrivals/store.py",
            "            on conflict (activity_iri) do update\n",
            "            on conflict (id) do update\n",
        ),
        (
            "node/db/migrations/0001_schema.sql",
            "activity_iri text not null unique",
            "activity_iri text not null",
        ),
    ),
    guard(
        "T119",
        f"{POSTS}::test_the_same_post_sent_five_times_shows_once_and_tells_once",
        ("node/topics/notifications/store.py", "        on conflict do nothing\n", ""),
    ),
    guard(
        "T119",
        ONCE_A_PERSON,
        (
            "node/topics/reactions/store.py",
            "    if added:\n        count_favourites",
            "    if True:\n        count_favourites",
        ),
    ),
    guard(
        "T119",
        ONCE_A_PERSON,
        ("node/topics/reactions/boosts.py", "    if not added:\n        return None\n", ""),
    ),
    guard(
        "T119",
        "node/topics/moderation/test_theirs.py::test_votes_in_batches_count_once_and_come_back_once",
        (
            "node/topics/reactions/store.py",
            "    if added:\n        count_dislikes",
            "    if True:\n        count_dislikes",
        ),
    ),
    guard(
        "T119",
        f"{VOTING}::test_a_vote_of_another_node_counts_once_however_often_it_comes",
        (
            "node/topics/polls/rules.py",
            "and choice not in earlier and (poll.is_multiple or not earlier)",
            "",
        ),
    ),
    guard(
        "T119",
        f"{VOTING}::test_in_a_poll_for_one_choice_the_first_vote_counts",
        ("node/topics/polls/rules.py", " and (poll.is_multiple or not earlier)", ""),
    ),
    guard(
        "T119",
        f"{OURS}::test_what_is_repeated_is_done_and_announced_once",
        (
            "node/topics/moderation/changes.py",
            "    if was_open:\n        log",
            "    if True:\n        log",
        ),
    ),
    guard(
        "T119",
        f"{OURS}::test_the_count_of_answers_equals_the_answers_when_some_are_removed",
        (
            "node/topics/posts/removals.py",
            '(:ids[])", ids=ids)\n    count_answers_anew(tx, ids)',
            '(:ids[])", ids=ids)',
        ),
    ),
    guard(
        "T119",
        f"{REPORTING}::test_a_report_sent_five_times_is_kept_and_told_once",
        (
            "node/topics/moderation/report_store.py",
            "where held.total < :most\n        on conflict do nothing\n",
            "where held.total < :most\n",
        ),
    ),
    guard(
        "T119",
        "node/topics/members/test_move.py::test_a_move_of_a_private_group_that_comes_again_changes_nothing",
        (
            "node/topics/members/move.py",
            "    if held is not None and held.target_id == target.id and old.moved_to == target.iri:\n        return\n",
            "",
        ),
    ),
    guard(
        "T119",
        f"{ASKING}::test_the_same_follow_again_is_accepted_again_and_told_once",
        (
            "node/topics/members/activities.py",
            'return "Accept" if held.is_accepted else None',
            "return None",
        ),
    ),
    guard(
        "T120",
        ANY_ORDER,
        (
            "node/topics/publishing/receive.py",
            'is_deleted(tx, document.iri) or has_tombstone(tx, document.iri, author.iri, "deleted"):\n        return None\n    if is_vote',
            'has_tombstone(tx, document.iri, author.iri, "deleted"):\n        return None\n    if is_vote',
        ),
        (
            "node/topics/posts/store.py",
            "        on conflict (iri) do nothing\n",
            "        on conflict (iri) do update set deleted_at = null\n",
        ),
    ),
    guard(
        "T120",
        ANY_ORDER,
        (
            ACTIVITIES,
            'add_tombstone(tx, delete.object, delete.actor, "deleted", context.now)',
            "pass",
        ),
    ),
    guard(
        "T120",
        ANY_ORDER,
        (
            "node/topics/publishing/receive.py",
            'is_deleted(tx, document.iri) or has_tombstone(tx, document.iri, author.iri, "deleted"):\n        return None\n    if is_vote',
            "is_deleted(tx, document.iri):\n        return None\n    if is_vote",
        ),
    ),
    guard(
        "T120",
        f"{POSTS}::test_any_order_of_create_and_updates_ends_with_the_last_edit",
        ("node/topics/publishing/receive.py", "edited_at < known.edited_at", "False"),
    ),
    guard(
        "T120",
        STAYS_UNDONE,
        (
            "node/inbox/handlers.py",
            'add_tombstone(tx, iri, undo.actor, "undone", context.now)',
            "pass",
        ),
    ),
    guard(
        "T120",
        STAYS_UNDONE,
        (
            "node/inbox/handlers.py",
            "is_undone(tx, announce.iri, announce.actor, context.signed_at)",
            "False",
        ),
    ),
    guard(
        "T120",
        STAYS_UNDONE,
        (
            "node/topics/reactions/activities.py",
            "is_undone(tx, like.iri, like.actor, context.signed_at)",
            "False",
        ),
    ),
    guard(
        "T120",
        STAYS_UNDONE,
        (
            "node/topics/members/activities.py",
            'has_tombstone(tx, follow.iri, follow.actor, "undone")',
            "False",
        ),
    ),
    guard(
        "T120",
        "node/topics/members/test_following.py"
        "::test_a_follow_that_was_undone_has_no_effect_while_its_signature_would_hold",
        (
            "node/topics/members/activities.py",
            'add_tombstone(tx, one, undo.actor, "undone", context.now, lasts_s=SIGNATURE_S_MAX)',
            'add_tombstone(tx, one, undo.actor, "undone", context.now, lasts_s=60)',
        ),
    ),
    guard(
        "T120",
        f"{ASKING}::test_an_accept_and_a_reject_of_one_asking_end_the_same_in_every_order",
        (
            "node/topics/members/activities.py",
            "    if asked is None:\n        return\n    end_follow(tx, asked)\n",
            "    if asked is None or not asked.is_accepted:\n        return\n    end_follow(tx, asked)\n",
        ),
    ),
    guard(
        "T120",
        "node/arrivals/test_tombstones.py::test_a_mark_is_that_of_one_actor_and_one_kind",
        (
            "node/arrivals/tombstones.py",
            'where iri = :iri and actor_iri = :actor_iri and kind = :kind\n        """',
            'where iri = :iri and :actor_iri <> \'\' and kind = :kind\n        """',
        ),
    ),
    guard(
        "T120",
        "node/arrivals/test_tombstones.py"
        "::test_a_mark_is_kept_for_ninety_days_and_what_was_held_here_for_ever",
        ("node/arrivals/tombstones.py", "None if forever else now + lasts_s", "now + lasts_s"),
    ),
    guard(
        "T120",
        "node/arrivals/test_tombstones.py"
        "::test_a_mark_is_kept_for_ninety_days_and_what_was_held_here_for_ever",
        ("node/arrivals/tombstones.py", "expires_at < :now", "expires_at <= :now + 86400"),
    ),
    guard(
        "T126",
        KILLED,
        (
            WRITER,
            "                job.result = job.call(tx)\n",
            "                job.result = job.call(tx)\n            settle_all([job])\n            threading.Event().wait(0.1)\n",
        ),
    ),
    guard(
        "T126",
        "node/db/test_database.py::test_functions_that_read_and_then_write_never_lose_a_step",
        (
            WRITER,
            "            with tx.savepoint():\n                job.result = job.call(tx)\n",
            "            with tx.savepoint():\n                job.result = job.call(tx)\n            job.call(tx)\n",
        ),
    ),
)
