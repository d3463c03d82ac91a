"""Words are not lost, and not shown around a corner: T146 and T148."""

from tests.guards.guard import guard

GONE = "node/topics/publishing/test_gone_posts.py"
GONE_POSTS = "node/topics/publishing/gone_posts.py"
NOT_FOR_ALL = f"{GONE}::test_whoever_deletes_what_is_not_for_everybody_has_nobody_asked"
BACK = f"{GONE}::test_what_one_odd_answer_took_away_is_back_when_it_is_there_again"
SAID = f"{GONE}::test_gone_is_what_its_own_server_says_with_410"

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
)
