"""Pictures that people send, and who is given them: T53, T55, T62 to T64, T67 to T69, T88."""

from tests.guards.guard import guard

HOSTILE, CONFINED = "node/pictures/test_hostile.py", "node/pictures/test_confinement.py"
WORKER, REDRAW = "node/pictures/worker.py", "node/pictures/redraw.py"
CONFINEMENT = "node/pictures/confinement.py"
REFUSED = f"{CONFINED}::test_it_is_refused_to_a_process_that_decodes"
CLEAN = f"{HOSTILE}::test_a_hostile_file_is_refused_in_a_sentence_or_comes_out_clean"
COUNTED = f"{HOSTILE}::test_dots_and_frames_are_counted_before_they_are_drawn"
TAKEN_OVER = f"{HOSTILE}::test_a_process_that_is_taken_over_costs_one_picture"

SENDING, UPLOADS = "node/http/test_uploads.py", "node/http/uploads.py"
AT_ONCE = "node/http/uploads_at_once.py"
PACKED = f"{SENDING}::test_a_part_that_is_packed_is_not_unpacked"
HELD = f"{SENDING}::test_what_all_hold_and_what_each_holds_has_an_end_and_is_free_again"

GIVING, FILES = "node/documents/test_files.py", "node/documents/files.py"
LINKS = "node/http/file_links.py"
CHANGED = f"{GIVING}::test_an_address_that_was_changed_in_any_way_is_good_for_nothing"
AS_A_PICTURE = f"{GIVING}::test_a_picture_for_everybody_is_given_in_a_form_in_which_nothing_runs"
FOR_SOME = f"{GIVING}::test_a_picture_for_some_is_kept_by_no_cache_and_shown_on_no_page_of_others"
MATRIX = "matrix/test_matrix.py"
CLEARING = "node/topics/files/garbage_collection.py"

GUARDS = (
    guard("T62", CLEAN, (WORKER, "formats=FORMATS", "formats=None")),
    guard(
        "T63",
        CLEAN,
        (
            WORKER,
            "    bare = Image.new(mode, sized.size)\n    bare.paste(sized)\n    return bare\n",
            "    return sized\n",
        ),
    ),
    guard("T64", COUNTED, (WORKER, "if image.width * image.height > PIXELS_MAX:", "if False:")),
    guard("T64", COUNTED, (WORKER, "if frames > FRAMES_MAX:", "if False:")),
    guard(
        "T64",
        REFUSED,
        (WORKER, "    confine()\n", ""),
        (CONFINEMENT, "    for kind, most in (\n", "    return\n    for kind, most in (\n"),
    ),
    guard("T64", REFUSED, (CONFINEMENT, "machine is None or not filter_calls(machine)", "True")),
    guard("T64", REFUSED, (CONFINEMENT, "(HAS_ANY, 1, 0, AS_A_THREAD)", "(HAS_ANY, 1, 1, 0)")),
    guard(
        "T64",
        REFUSED,
        (CONFINEMENT, "(resource.RLIMIT_DATA, MEMORY_BYTES_MAX - LIBRARY_BYTES),\n", ""),
    ),
    guard(
        "T64",
        f"{CONFINED}::test_it_is_ended_after_five_seconds_of_work",
        (CONFINEMENT, "(resource.RLIMIT_CPU, CPU_S_MAX),\n", ""),
    ),
    guard(
        "T64",
        f"{HOSTILE}::test_more_bytes_than_may_be_sent_are_given_to_no_decoder",
        (REDRAW, "if len(body) > UPLOAD_BYTES_MAX:", "if False:"),
    ),
    guard(
        "T64",
        f"{HOSTILE}::test_a_process_that_says_nothing_is_ended",
        (REDRAW, "asyncio.timeout(WAIT_S_MAX)", "asyncio.timeout(600)"),
    ),
    guard(
        "T64",
        f"{HOSTILE}::test_a_process_that_says_more_than_any_picture_has_is_not_listened_to",
        (REDRAW, "if len(said) > ANSWER_BYTES_MAX:", "if False:"),
    ),
    guard(
        "T64",
        f"{HOSTILE}::test_many_pictures_at_once_wait_for_each_other_or_are_put_off",
        (REDRAW, "if self._waiting >= WAITING_MAX:", "if False:"),
    ),
    guard(
        "T64",
        TAKEN_OVER,
        (
            "node/pictures/forms.py",
            '    media_type: MediaType = "image/jpeg"\n    small',
            '    media_type: str = "image/jpeg"\n    small',
        ),
    ),
    guard("T64", TAKEN_OVER, (REDRAW, "if not 0 < head.whole_bytes < len(rest):", "if False:")),
    guard(
        "T53",
        PACKED,
        (
            UPLOADS,
            "if not is_plain(part.headers.get(name",
            "if False and (part.headers.get(name",
        ),
    ),
    guard(
        "T53",
        f"{SENDING}::test_a_form_that_is_packed_is_not_unpacked",
        (
            UPLOADS,
            "if not is_plain(request.headers.get(hdrs.CONTENT_ENCODING",
            "if not is_plain(request.headers.get(hdrs.WARNING",
        ),
    ),
    guard(
        "T53",
        f"{SENDING}::test_a_form_that_says_that_it_is_too_long_is_not_read",
        (UPLOADS, "if request.content_length > BODY_BYTES_MAX:", "if False:"),
    ),
    guard(
        "T57",
        f"{SENDING}::test_words_have_a_mebibyte_at_most_all_together",
        (UPLOADS, "TEXT_BYTES_MAX - text_bytes", "TEXT_BYTES_MAX"),
    ),
    guard(
        "T67",
        f"{SENDING}::test_of_somebody_who_is_not_signed_in_nothing_large_is_read",
        (
            UPLOADS,
            "return person.account.id if person is not None else None",
            "return person.account.id if person else 0",
        ),
    ),
    guard(
        "T67",
        f"{SENDING}::test_a_form_that_takes_too_long_is_refused_and_its_place_is_free",
        (UPLOADS, "asyncio.timeout(READ_S_MAX)", "asyncio.timeout(600)"),
    ),
    guard(
        "T67",
        f"{SENDING}::test_a_member_who_trickles_keeps_nobody_else_from_sending",
        (AT_ONCE, "if self.open[member_id] >= EACH_AT_ONCE_MAX:", "if False:"),
    ),
    guard(
        "T67",
        f"{SENDING}::test_very_many_at_once_are_put_off",
        (AT_ONCE, "if self.open.total() >= AT_ONCE_MAX:", "if False:"),
    ),
    guard("T67", HELD, (AT_ONCE, "if self.uploads.held.total() > HELD_BYTES_MAX:", "if False:")),
    guard(
        "T67",
        HELD,
        (AT_ONCE, "if self.uploads.held[self.member_id] > BODY_BYTES_MAX:", "if False:"),
    ),
    guard(
        "T67",
        f"{GIVING}::test_each_member_has_room_for_so_much_and_gets_it_back",
        (
            "node/topics/files/actions.py",
            "    check_room(bytes_kept_for(tx, file.owner_id), file.bytes, bytes_max)\n",
            "",
        ),
    ),
    guard(
        "T68",
        f"{GIVING}::test_what_was_sent_and_never_used_is_gone_after_a_day_and_not_before",
        (CLEARING, "unused_since=now - UNUSED_S_MAX", "unused_since=now - UNUSED_S_MAX - 1"),
    ),
    guard(
        "T68",
        f"{GIVING}::test_a_picture_of_what_was_deleted_is_for_nobody_and_gone_at_the_next_clearing",
        (
            "node/topics/publishing/fanout.py",
            "    take_off_post(tx, post.id, unused_since=0)\n",
            "",
        ),
    ),
    guard("T62", AS_A_PICTURE, (FILES, "default-src 'none'; sandbox", "default-src 'none'")),
    guard("T62", AS_A_PICTURE, (FILES, '    "X-Content-Type-Options": "nosniff",\n', "")),
    guard("T55", FOR_SOME, (FILES, "        keep_private(reply)\n", "        pass\n")),
    guard("T69", CHANGED, (LINKS, "return reader_id if is_ours else None", "return reader_id")),
    guard("T69", CHANGED, (LINKS, "{path} {reader_id} {until}", "{path} {until}")),
    guard(
        "T69",
        f"{GIVING}::test_an_address_of_one_picture_opens_no_other",
        (LINKS, "{path} {reader_id} {until}", "{reader_id} {until}"),
    ),
    guard(
        "T69",
        f"{GIVING}::test_an_address_for_an_app_is_good_for_its_reader_for_ten_minutes",
        (LINKS, "not now <= ends <= now + GOOD_S_MAX", "False"),
    ),
    guard(
        "T69",
        f"{GIVING}::test_an_address_from_another_time_is_good_for_nothing",
        (LINKS, "not now <= ends <= now + GOOD_S_MAX", "not now <= ends"),
    ),
    guard(
        "T69",
        f"{GIVING}::test_who_may_see_is_asked_each_time_that_an_address_is_used",
        (
            FILES,
            "    if file.post_id not in post_views(tx, [file.post_id], reader):\n        if reader",
            "    if not link and file.post_id not in post_views(tx, [file.post_id], reader):\n        if reader",
        ),
    ),
    guard(
        "T69",
        f"{GIVING}::test_a_picture_that_hangs_on_nothing_is_for_whoever_sent_it",
        (FILES, "if reader is None or reader.id != file.owner_id or file.is_gone:", "if False:"),
    ),
    guard(
        "T69",
        f"{GIVING}::test_a_face_that_is_shown_no_more_is_for_nobody",
        (FILES, "or file.url not in shown ", ""),
    ),
    guard(
        "T69",
        f"{GIVING}::test_a_face_is_there_while_it_is_shown_and_its_person_is",
        (FILES, "or file.url not in shown or absent_person(tx, owner.iri) is not None", ""),
    ),
    guard(
        "T69",
        f"{GIVING}::test_a_picture_that_waits_for_a_look_is_for_its_author_and_for_those_who_look",
        (FILES, "if not decides_about(tx, reader, file.post_id):", "if False:"),
    ),
    guard(
        "T88",
        f"{MATRIX}::test_a_visitor_is_told_nothing_that_is_hidden",
        (
            FILES,
            "    if file.post_id not in post_views(tx, [file.post_id], reader):\n        if reader",
            "    if False:\n        if reader",
        ),
    ),
    guard(
        "T88",
        f"{MATRIX}::test_who_has_left_is_told_no_more_than_anybody_else",
        (FILES, "    if not is_known_to(tx, owner, reader):\n", "    if False:\n"),
    ),
    guard(
        "T88",
        f"{MATRIX}::test_a_node_without_a_member_is_told_nothing_that_is_hidden",
        (
            FILES,
            "    found = read_post(tx, post.iri, signer)\n    return FoundFile(file, is_open=found.is_open)\n",
            "    return FoundFile(file, is_open=False)\n",
        ),
    ),
)
