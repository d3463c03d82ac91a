"""Copies of other nodes' pictures: T65 to T67, T88 and T93."""

from tests.guards.guard import guard

COPYING = "node/inbox/test_remote_pictures.py"
FETCHING, KEEPING, STORE = (
    "node/topics/remote_pictures/fetching.py",
    "node/topics/remote_pictures/garbage_collection.py",
    "node/topics/remote_pictures/store.py",
)
WORKER, SHOWING = "node/inbox/remote_pictures.py", "node/documents/copies.py"

GUARDS = (
    guard(
        "T65",
        f"{COPYING}::test_pictures_are_fetched_a_random_while_after_their_post_came",
        (FETCHING, "now + delay_s(chance())", "now"),
    ),
    guard(
        "T65",
        f"{COPYING}::test_what_is_for_everybody_is_asked_for_by_nobody",
        (
            FETCHING,
            '    if picture.audience == "all":\n        return None\n    if picture.audience == "members":',
            '    if picture.audience in ("all", "members"):',
        ),
    ),
    guard(
        "T65",
        f"{COPYING}::test_of_sixteen_hosts_those_that_nobody_here_knows_are_not_asked",
        (FETCHING, 'if is_of_neighbour(tx, picture.host, row["author_host"]):', "if True:"),
    ),
    guard(
        "T65",
        "node/web/test_remote_pictures.py::test_a_picture_that_is_not_here_is_offered_and_not_loaded",
        (
            "node/web/remote_pictures.py",
            "if found is not None and found.is_kept\n    ]",
            "if found is not None\n    ]",
        ),
    ),
    guard(
        "T66",
        f"{COPYING}::test_what_is_public_here_is_shown_by_no_copy_to_visitors",
        (SHOWING, "picture is None or reader is None or not reader.local:", "picture is None:"),
        (
            "node/topics/posts/views.py",
            "    if reader is None or not reader.local:\n        return {}\n    return pictures_on",
            "    return pictures_on",
        ),
    ),
    guard(
        "T66",
        f"{COPYING}::test_a_copy_is_for_members_who_may_see_its_post_and_for_nobody_else",
        (SHOWING, "reader or reader_of_link(tx, path, link, now)", "reader"),
    ),
    guard(
        "T66",
        f"{COPYING}::test_somebody_who_may_not_see_the_post_is_given_no_copy",
        (SHOWING, "not any(picture.url in view.copies for view in views)", "False"),
    ),
    guard(
        "T66",
        f"{COPYING}::test_who_shows_the_address_of_a_private_picture_shows_nobody_what_lies_there",
        ("node/topics/posts/pictures.py", 'return "few", post_id', "return FOR_ALL"),
    ),
    guard(
        "T66",
        f"{COPYING}::test_what_is_no_small_picture_is_given_up_at_once_and_leaves_nothing",
        (WORKER, ".strip().lower() not in ACCEPTED", ".strip().lower() in ()"),
    ),
    guard(
        "T67",
        f"{COPYING}::test_what_is_no_small_picture_is_given_up_at_once_and_leaves_nothing",
        (WORKER, "body_bytes_max=FETCHED_BYTES_MAX", "body_bytes_max=10 * FETCHED_BYTES_MAX"),
        (WORKER, "1, FETCHED_BYTES_MAX, is_polite", "1, 10 * FETCHED_BYTES_MAX, is_polite"),
    ),
    guard(
        "T67",
        f"{COPYING}::test_the_same_address_a_thousand_times_is_asked_for_once",
        (STORE, "values (:id, :url, :audience,", "values (:id, :url || '?' || :id, :audience,"),
        (
            STORE,
            "where url = :url and audience_id",
            "where url = :url || '?' || id and audience_id",
        ),
    ),
    guard(
        "T67",
        f"{COPYING}::test_a_slow_host_holds_up_no_other",
        (WORKER, "LANES_MAX = 4", "LANES_MAX = 1"),
    ),
    guard(
        "T67",
        f"{COPYING}::test_a_host_is_asked_for_so_many_pictures_an_hour_and_no_more",
        (FETCHING, "o.tried_at > :hour_ago) < :most", "o.tried_at > :hour_ago) < 1000 * :most"),
    ),
    guard(
        "T67",
        f"{COPYING}::test_over_the_budget_the_copies_looked_at_longest_ago_go",
        (KEEPING, "order by seen_at, kept_at, id limit", "order by seen_at desc, id limit"),
    ),
    guard(
        "T67",
        f"{COPYING}::test_a_copy_goes_with_what_it_hangs_on",
        (
            KEEPING,
            "where u.picture_id = r.id and p.deleted_at is null",
            "where u.picture_id = r.id",
        ),
        (KEEPING, "          and a.hidden_at is null and a.silenced_at is null\n", ""),
    ),
    guard(
        "T93",
        f"{COPYING}::test_that_somebody_looked_is_known_by_the_day",
        ("node/topics/actors/documents.py", "return at // DAY_S * DAY_S", "return at"),
    ),
    guard(
        "T93",
        f"{COPYING}::test_what_is_for_followers_is_asked_for_by_the_same_one_whoever_looks",
        (FETCHING, "order by o.id limit 1", "order by o.id desc limit 1"),
    ),
)
