"""Words are not lost, and not shown around a corner: T146 and T148."""

from tests.guards.guard import guard

GONE = "node/topics/publishing/test_gone_posts.py"
GONE_POSTS = "node/topics/publishing/gone_posts.py"
NOT_FOR_ALL = f"{GONE}::test_whoever_deletes_what_is_not_for_everybody_has_nobody_asked"
BACK = f"{GONE}::test_what_one_odd_answer_took_away_is_back_when_it_is_there_again"
SAID = f"{GONE}::test_gone_is_what_its_own_server_says_with_410"

LEFT = "node/topics/publishing/test_words_left.py"
HOLDERS = "node/topics/publishing/test_copy_holders.py"
FANOUT = "node/topics/publishing/fanout.py"

GUARDS = (
    guard(
        "T146",
        NOT_FOR_ALL,
        (GONE_POSTS, "return not post.local and post.visibility in OPEN", "return not post.local"),
    ),
    guard(
        "T146",
        f"{GONE}::test_what_is_only_not_there_is_not_deleted",
        (
            "node/topics/publishing/activities.py",
            'if context.fetched[iri] == "gone":',
            'if context.fetched[iri] in ("gone", "absent"):',
        ),
    ),
    guard(
        "T146", SAID, ("federation/errors.py", "self.status == 410", "self.status in (404, 410)")
    ),
    guard(
        "T146",
        SAID,
        (
            "node/inbox/fetch.py",
            "if error.is_gone and is_same_origin(error.url or iri, iri):",
            "if error.is_gone:",
        ),
    ),
    guard(
        "T146",
        f"{GONE}::test_what_its_address_says_is_gone_is_hidden_with_its_words",
        (GONE_POSTS, "        put_aside(tx, post, now)", "        remove_post(tx, post, now)"),
    ),
    guard(
        "T146",
        BACK,
        (
            "node/topics/publishing/receive.py",
            "    bring_back(tx, document.iri, author, now)\n",
            "",
        ),
    ),
    guard(
        "T146",
        f"{GONE}::test_what_is_gone_a_day_later_still_is_deleted_with_its_words",
        (GONE_POSTS, 'if found == "gone" and age_s >= AGAIN_AFTER_S:', 'if found == "gone":'),
    ),
    guard(
        "T146",
        f"{GONE}::test_nobody_else_brings_it_back",
        (GONE_POSTS, "if post is None or post.author_id != author.id:", "if post is None:"),
    ),
    guard(
        "T146",
        f"{GONE}::test_an_address_that_says_neither_is_asked_for_two_weeks_and_the_post_is_back",
        (GONE_POSTS, 'elif found == "stored" or age_s >= GIVE_UP_S:', 'elif found == "stored":'),
    ),
    guard(
        "T148",
        f"{LEFT}::test_no_word_of_a_post_of_ours_is_left_when_it_is_deleted",
        (FANOUT, "    forget_said(tx, post.iri)\n", ""),
    ),
    guard(
        "T148",
        f"{LEFT}::test_no_word_of_a_post_from_elsewhere_is_left_when_its_author_deletes_it",
        (FANOUT, "    drop_set_aside(tx, post.iri, now)\n", ""),
    ),
    guard(
        "T148",
        f"{LEFT}::test_no_word_of_a_post_from_elsewhere_is_left_when_its_author_deletes_it",
        (
            "node/topics/posts/store.py",
            "set deleted_at = :now, url = iri,",
            "set deleted_at = :now,",
        ),
    ),
    guard(
        "T148",
        f"{LEFT}::test_what_was_set_aside_of_a_post_that_never_came_goes_with_its_delete",
        (
            "node/topics/publishing/activities.py",
            "drop_set_aside(tx, delete.object, context.now, actor_iri=delete.actor)",
            "drop_set_aside(tx, delete.object, context.now)",
        ),
    ),
    guard(
        "T148",
        "node/db/test_database.py::test_a_word_that_is_deleted_is_overwritten_in_the_file",
        ("node/db/sqlite_tx.py", "secure_delete = fast", "secure_delete = off"),
    ),
    guard(
        "T148",
        f"{HOLDERS}::test_whoever_did_something_with_a_post_gets_the_edit_and_the_delete",
        (
            "node/topics/publishing/actions.py",
            "audience_inboxes(tx, author, post) | copy_holders(tx, post.iri)\n    remove",
            "audience_inboxes(tx, author, post)\n    remove",
        ),
    ),
    guard(
        "T148",
        f"{HOLDERS}::test_a_proven_delete_is_passed_on_to_those_who_have_the_post_from_a_booster",
        (
            "node/topics/publishing/activities.py",
            "        pass_on_for(tx, boosters, known, context)\n",
            "",
        ),
    ),
)
