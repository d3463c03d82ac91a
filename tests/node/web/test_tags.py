"""The page of a hashtag."""

from federation import documents
from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft
from node.topics.publishing.receive import store_fetched_post
from tests.neighbours import NOW, add_neighbour, note

LINK = '<a href="https://valley.example/tags/Walk" class="mention hashtag">#<span>Walk</span></a>'


async def test_the_link_of_a_hashtag_leads_to_what_has_it(house, ann, rosa):
    await house.do(publish, rosa.actor, Draft(text="A path by the river #Blüte"), NOW)

    public = await ann.open("/public")
    page = await ann.open("/tags/Bl%C3%BCte")

    assert 'href="/tags/bl%C3%BCte"' in public.text
    assert page.status == 200
    assert "A path by the river" in page.text


async def test_visitors_see_what_was_written_here_and_members_all(house, ann, rosa, visitor):
    bert = await house.do(add_neighbour, "bert")
    tags = (documents.Hashtag("walk"),)
    theirs = note(bert, content=f"<p>Of bert {LINK}</p>", hashtags=tags)
    await house.do(store_fetched_post, theirs, NOW)
    await house.do(publish, rosa.actor, Draft(text="Of rosa #walk"), NOW)

    mine, open_to_all = (await ann.open("/tags/walk")).text, (await visitor.open("/tags/walk")).text

    assert ("Of bert" in mine, "Of rosa" in mine) == (True, True)
    assert ("Of bert" in open_to_all, "Of rosa" in open_to_all) == (False, True)
    assert 'href="/tags/walk"' in mine
    assert "valley.example/tags" not in mine


async def test_it_is_paged(house, ann, rosa):
    for number in range(21):
        await house.do(publish, rosa.actor, Draft(text=f"Number {number}. #walk"), NOW + number)

    first = await ann.open("/tags/walk")
    way = first.text.partition("/tags/walk?before=")[2].partition('"')[0]
    second = await ann.open(f"/tags/walk?before={way}")

    assert ("Number 20." in first.text, "Number 0." in first.text) == (True, False)
    assert ("Number 20." in second.text, "Number 0." in second.text) == (False, True)


async def test_what_nothing_has_is_an_empty_page_and_what_is_no_word_is_none(ann):
    assert "Nothing to read with this word" in (await ann.open("/tags/unheard")).text
    assert (await ann.open("/tags/2026")).status == 404


async def test_a_hashtag_is_found(house, ann, rosa):
    await house.do(publish, rosa.actor, Draft(text="#walking"), NOW)

    assert (await ann.open("/find?q=%23Walking")).location == "/tags/walking"
    assert 'href="/tags/walking"' in (await ann.open("/find?q=walk")).text
