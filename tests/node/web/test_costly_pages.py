"""No page and no answer costs much, however much strangers write below a post."""

import re
import time

import pytest

from node.base.markup import has_words, opening_of
from node.http.rate_limits import PAGES, RATES
from node.topics.posts.store import post_by_id
from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft
from node.topics.publishing.receive import store_fetched_post
from tests.cpu import measured
from tests.neighbours import NOW, add_neighbour, note

BREAKS = "<br>" * 16_000 + "x"
CARD = re.compile(r'<article class="card[^"]*" id="p(\d+)"')
MORE = re.compile(r'href="([^"]*\?after=\d+)">More answers')


async def answered(house, rosa, answers: int, text: str = "Hello") -> tuple[int, str]:
    """A post of rosa's with so many answers from elsewhere; its id and its page."""
    post_id = await house.do(publish, rosa.actor, Draft(text="Who walks?"), NOW)
    post = await house.do(post_by_id, post_id)
    rose = await house.do(add_neighbour, "rose")
    for number in range(answers):
        one = note(rose, f"{text} {number}", in_reply_to=post.iri)
        await house.do(store_fetched_post, one, NOW + number)
    return post_id, f"/posts/{post.iri.rpartition('/')[2]}"


@pytest.mark.threat("T144")
async def test_a_page_shows_sixty_answers_and_leads_to_the_others(house, rosa, visitor):
    _, path = await answered(house, rosa, 130)
    pages, shown = [], []

    while path:
        page = await visitor.open(path)
        pages.append(CARD.findall(page.text)[1:])
        shown += pages[-1]
        found = MORE.search(page.text)
        path = found[1] if found else ""

    assert [len(one) for one in pages] == [60, 60, 10]
    assert len(set(shown)) == 130
    assert "First answers" in page.text


async def test_an_answer_that_is_none_begins_with_the_first(house, rosa, visitor):
    post_id, path = await answered(house, rosa, 3)

    for after in (str(post_id), "1", "x", "9" * 30):
        assert len(CARD.findall((await visitor.open(f"{path}?after={after}")).text)) == 4


@pytest.mark.threat("T144")
async def test_sixty_answers_of_line_breaks_cost_a_page_little(house, rosa, visitor):
    _, path = await answered(house, rosa, 60, BREAKS)
    await visitor.open(path)

    with measured(time.process_time) as cost:
        page = await visitor.open(path)

    assert len(page.text) < 1_000_000
    assert cost.cpu_s < 1.0  # 60 ms and the client's own; a filter that was quadratic took 6 s


@pytest.mark.threat("T144")
async def test_an_app_is_given_a_conversation_within_its_bounds(house, rosa):
    post_id, _ = await answered(house, rosa, 70, BREAKS)
    path = f"/api/v1/statuses/{post_id}/context"

    seen = (await house.visitor.get(path)).value["descendants"]
    members = (await rosa.get(path)).value["descendants"]

    words = [sum(len(one["content"]) for one in those) for those in (seen, members)]
    assert (len(seen), len(members)) == (7, 7)
    assert max(words) <= 500_000


@pytest.mark.threat("T144")
async def test_a_visitor_is_given_sixty_short_answers_and_a_member_more(house, rosa):
    post_id, _ = await answered(house, rosa, 70)
    path = f"/api/v1/statuses/{post_id}/context"

    seen = (await house.visitor.get(path)).value["descendants"]
    members = (await rosa.get(path)).value["descendants"]

    assert (len(seen), len(members)) == (60, 70)


async def test_a_long_post_is_whole_on_its_own_page_and_begun_in_lists(house, rosa, visitor):
    text = "A long walk. " * 750
    post_id = await house.do(publish, rosa.actor, Draft(text=text), NOW)
    iri = (await house.do(post_by_id, post_id)).iri

    own, listed = (
        await visitor.open(f"/posts/{iri.rpartition('/')[2]}"),
        await visitor.open("/people/rosa"),
    )

    assert own.text.count("A long walk.") >= 750
    assert 10 < listed.text.count("A long walk.") < 90
    assert "Read all of it" in listed.text


@pytest.mark.threat("T144")
def test_looking_for_words_among_tags_takes_time_by_their_length():
    for html in ("<br>" * 16_000, "<a" * 32_000, "<" * 65_000, "<p>" + "&lt;" * 16_000):
        with measured() as cost:
            has_words(html)
            opening_of(html, 300)
        assert cost.cpu_s < 0.05


@pytest.mark.parametrize(
    ("html", "is_so"),
    [("", False), ("<p> </p><br>", False), ("<p>a</p>", True), ("a", True), ("<p><b>a", True)],
)
def test_words_are_what_stands_between_tags(html, is_so):
    assert has_words(html) is is_so


@pytest.mark.threat("T144")
@pytest.mark.parametrize("path", ["/", "/people/rosa", "/public", "/nothing", "/nodeinfo/2.0"])
async def test_whoever_asks_for_too_many_pages_is_told_so_and_nobody_else(house, visitor, path):
    for _ in range(PAGES.per_address):
        house.client.app[RATES].count(PAGES, "address 192.0.2.7", PAGES.per_address, NOW)

    refused = await visitor.open(path, headers={"X-Forwarded-For": "192.0.2.7"})
    other = await visitor.open(path, headers={"X-Forwarded-For": "192.0.2.8"})

    assert refused.status == 429
    assert int(refused.headers["Retry-After"]) <= 300
    assert other.status != 429
    if path == "/":
        assert "A little too fast" in refused.text
        assert "Try again in five minutes" in refused.text
