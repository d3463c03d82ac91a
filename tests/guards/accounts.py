"""Who is signed in, and what a stranger cannot do about it: T62, T72, T150."""

from tests.guards.guard import guard

SIGN_IN, SIGNING = "node/topics/accounts/test_sign_in.py", "node/topics/accounts/sign_in.py"
PAGES, WEB = "node/web/test_pages.py", "node/web/accounts.py"

GUARDS = (
    guard(
        "T150",
        f"{SIGN_IN}::test_a_stranger_who_guesses_makes_only_their_own_network_wait",
        (SIGNING, 'f"{name} from {attempt.network}": TRIES_MAX', "name: TRIES_MAX"),
    ),
    guard(
        "T150",
        f"{SIGN_IN}::test_a_guesser_with_many_networks_is_slowed_too",
        (SIGNING, '        f"{name} from everywhere": TRIES_A_NAME_MAX,\n', ""),
    ),
    guard(
        "T150",
        f"{SIGN_IN}::test_a_device_that_signed_in_before_is_let_through_while_the_whole_world_guesses",
        (SIGNING, "    if is_known:\n", "    if False:\n"),
    ),
    guard(
        "T150",
        f"{SIGN_IN}::test_a_device_is_known_to_the_account_it_signed_in_to_and_to_no_other",
        (
            "node/topics/accounts/devices.py",
            "        where token_hash = :token_hash and account_id = :account_id\n",
            "        where token_hash = :token_hash and account_id is not null\n",
        ),
    ),
    guard(
        "T150",
        f"{PAGES}::test_a_device_that_is_known_signs_in_while_its_neighbours_guess",
        (
            WEB,
            "if not await knows_device(services.db, attempt.name_or_email, attempt.device):",
            "if True:",
        ),
    ),
    guard(
        "T62",
        "node/web/test_elsewhere.py::test_only_our_own_page_has_other_servers_asked",
        ("node/web/search.py", "    check_own_visitor(request)\n", ""),
    ),
    guard(
        "T56",
        "node/web/test_elsewhere.py::test_an_address_has_other_servers_asked_twenty_times_in_five_minutes",
        ("node/web/routes.py", "search.post_elsewhere, limit=ELSEWHERE", "search.post_elsewhere"),
    ),
    guard(
        "T57",
        "node/api/test_oauth.py::test_an_app_that_cannot_be_is_not_registered",
        (
            "node/topics/accounts/redirect_uris.py",
            "WEB_HOST.fullmatch(parts.netloc) is not None and is_safe_host(parts)",
            "WEB_HOST.fullmatch(parts.netloc) is not None",
        ),
    ),
    guard(
        "T36",
        "node/topics/actors/test_pictures.py::test_apps_are_given_no_picture_of_a_network_at_home",
        (
            "node/topics/actors/activities.py",
            "return url if url is not None and is_public_url(url, iri) else None",
            "return url",
        ),
    ),
    guard(
        "T36",
        "node/topics/actors/test_pictures.py::test_apps_are_given_no_picture_of_a_network_at_home",
        (
            "node/topics/posts/remote_post.py",
            "if one.url not in blocked and is_public_url(web_link(one), document.iri)",
            "if one.url not in blocked",
        ),
    ),
    guard(
        "T30",
        "node/base/test_markup.py::test_a_strangers_link_never_leads_to_a_page_of_ours",
        ("node/base/markup.py", '    url_relative="deny",\n', ""),
        ("node/base/markup.py", 'OURS.sub(r"\\1", cleaned)', "cleaned"),
    ),
    guard(
        "T30",
        "node/base/test_markup.py::test_a_strangers_link_never_leads_to_a_page_of_ours",
        ("node/base/markup.py", 'OURS.sub(r"\\1", cleaned)', "cleaned"),
    ),
    guard(
        "T83",
        "node/documents/test_private_documents.py"
        "::test_what_somebody_suspended_said_in_a_community_elsewhere_is_not_given_to_its_home",
        (
            "node/documents/objects.py",
            "if post is not None and actor_by_id(tx, post.author_id) is None:",
            "if False:",
        ),
    ),
    guard(
        "T83",
        "node/topics/accounts/test_suspension.py::test_nothing_of_whoever_is_suspended_is_shown_to_anybody",
        (
            "node/topics/actors/store.py",
            "local = 1 and deleted_at is null and hidden_at is null\n",
            "local = 1 and deleted_at is null\n",
        ),
    ),
    guard(
        "T62",
        f"{PAGES}::test_a_sign_in_that_does_not_say_from_where_it_comes_is_refused",
        (
            "node/http/csrf.py",
            "    if not says_whence(request):\n        raise NotAllowed(NOT_SAID)\n",
            "",
        ),
    ),
    guard(
        "T57",
        "node/api/test_oauth.py::test_an_app_that_cannot_be_is_not_registered",
        ("node/topics/accounts/redirect_uris.py", '*("intent", "android-app", ', "*("),
    ),
    guard(
        "T62",
        "node/web/test_words_come_back.py::test_words_of_another_site_are_not_carried",
        (
            "node/http/csrf.py",
            "        return None\n    check_own_page(request)\n    return carried_of",
            "        return None\n    return carried_of",
        ),
    ),
    guard(
        "T62",
        "node/web/test_words_come_back.py::test_what_we_did_not_pack_is_not_unpacked",
        ("node/http/carry_over.py", "if not body or not hmac", "if not body or False and not hmac"),
    ),
    guard(
        "T62",
        "node/web/test_words_come_back.py::test_a_packed_form_is_good_for_a_day_and_whole",
        ("node/http/carry_over.py", "if now - LASTS_S < carried.at <= now else", "if now else"),
    ),
    guard(
        "T62",
        "node/web/test_words_come_back.py"
        "::test_a_page_that_was_open_for_too_long_gives_the_words_back_and_does_nothing",
        (
            "node/http/csrf.py",
            'if not is_form_token(person, params.text("token")):',
            "if False:",
        ),
    ),
)
