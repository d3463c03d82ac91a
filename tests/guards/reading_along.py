"""Feeds and previews tell of nothing but what is for everybody: T22, T61, T94, T95."""

from tests.guards.guard import guard

FEEDS = "node/web/test_feeds.py"
PREVIEWS = "node/web/test_previews.py"
FEED = "node/topics/timelines/feeds.py"
PREVIEW = "node/web/previews.py"
PAGES = "node/web/render.py"

GUARDS = (
    guard(
        "T22",
        f"{FEEDS}::test_only_what_everybody_may_read_in_public_lists_stands_there",
        (
            FEED,
            """    where p.author_id = :actor_id and p.deleted_at is null
      and p.parent_iri is null and p.visibility = 'public'
""",
            """    where p.author_id = :actor_id and p.deleted_at is null
      and p.parent_iri is null
""",
        ),
    ),
    guard(
        "T94",
        f"{FEEDS}::test_a_community_that_is_not_public_has_a_feed_as_little_as_one_that_is_not_there",
        (FEED, 'community is not None and community.visibility == "public"', "True"),
    ),
    guard(
        "T95",
        f"{FEEDS}::test_who_does_not_want_to_be_found_has_no_feed",
        (FEED, "        return actor.discoverable\n", "        return True\n"),
    ),
    guard(
        "T95",
        f"{FEEDS}::test_search_engines_are_told_of_a_feed_what_they_are_told_of_its_page",
        ("node/web/feeds.py", "else [found.actor]", "else []"),
        ("node/web/feeds.py", "*(view.author for view in shown)", ""),
    ),
    guard(
        "T61",
        f"{PREVIEWS}::test_a_picture_that_does_not_lie_here_is_never_shown",
        (PREVIEW, "        if one.file_id is not None\n        and one.url", "        if one.url"),
    ),
    guard(
        "T95",
        f"{PREVIEWS}::test_somebody_is_told_of_only_if_they_want_to_be_found",
        (FEED, "        return actor.discoverable\n", "        return True\n"),
    ),
    guard(
        "T94",
        f"{PREVIEWS}::test_nothing_is_told_of_a_community_that_not_everybody_may_read",
        (FEED, 'community is not None and community.visibility == "public"', "True"),
    ),
    guard(
        "T22",
        f"{PREVIEWS}::test_nothing_is_told_of_a_post_that_is_not_public",
        (PREVIEW, ' or post.visibility != "public"', ""),
    ),
    guard(
        "T22",
        f"{PREVIEWS}::test_pages_of_those_who_are_signed_in_and_of_others_tell_nothing",
        (PAGES, "preview=None if person else preview", "preview=preview"),
    ),
)
