"""Strangers' HTML is made harmless; members' text becomes HTML with its links."""

import re
from html import unescape

import pytest

from node.base.markup import (
    HTML_CHARACTERS_MAX,
    Named,
    clean_html,
    handles_in,
    hashtags_in,
    html_of_markdown,
    html_of_text,
    plain_text,
)
from tests.cpu import measured

TAGS = "https://group.example"
ROSE = {"rose@valley.example": Named("https://valley.example/people/rose", "rose")}


@pytest.mark.threat("T59")
@pytest.mark.parametrize(
    "payload",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<a href="javascript:alert(1)">x</a>',
        '<a href="data:text/html,x">x</a>',
        "<svg onload=alert(1)></svg>",
        "<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>",
        '<p style="background:url(https://t.example/x)">x</p>',
        '<iframe src="https://t.example"></iframe>',
        "<object data=x></object><embed src=x>",
        '<form action="https://t.example"><input name=p></form>',
        '<link rel=stylesheet href="https://t.example"><meta http-equiv=refresh>',
        '<p onclick="x()">x</p>',
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    ],
)
def test_no_script_style_handler_or_foreign_load_survives_cleaning(payload):
    cleaned = clean_html(payload)

    assert set(re.findall(r"<(\w+)", cleaned)) <= {"a", "p"}
    assert set(re.findall(r"<[^>]*?\s([\w-]+)=", cleaned)) <= {"rel", "href"}
    assert not re.search(r'href="(?!https?:|mailto:)', cleaned)


@pytest.mark.threat("T60")
def test_links_of_strangers_say_that_we_do_not_vouch_for_them():
    cleaned = clean_html('<a href="https://b.example" target="_blank" class="x mention">b</a>')

    assert cleaned == (
        '<a href="https://b.example" class="mention" rel="nofollow noopener noreferrer">b</a>'
    )


@pytest.mark.parametrize(
    ("picture", "words"),
    [
        ('<img src="https://b.example/cow.png" alt="a &lt;b&gt; cow">', "a &lt;b&gt; cow"),
        ("<IMG alt='a cow' src=x onerror=alert(1)>", "a cow"),
        ('<img src="https://b.example/line.png" alt="">', ""),
        ('<img src="https://b.example/cow.png">', "(picture)"),
    ],
)
def test_where_a_picture_stood_its_description_stands(picture, words):
    assert clean_html(f"<p>See {picture}.</p>") == f"<p>See {words}.</p>"


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<details><summary>Plot</summary>He dies</details>", "Plot<br>He dies"),
        (
            "<table><tr><th>8:00</th><td>10 mg</td></tr><tr><td>9:00</td><td>5 mg</td></table>",
            "8:00 | 10 mg<br>9:00 | 5 mg",
        ),
        ("<dl><dt>tea<dd>green</dl>", "tea<br>green"),
        ("one<DIV class='x'>two</DIV>three", "one<br>two<br>three"),
        ("<div><p>one</p></div><section><p>two</p></section>", "<p>one</p><p>two</p>"),
        ("<ul><li><div>one</div></li></ul>", "<ul><li>one</li></ul>"),
        ("<pre>&lt;div&gt;a&lt;/div&gt;</pre>", "<pre>&lt;div&gt;a&lt;/div&gt;</pre>"),
    ],
)
def test_what_stood_in_lines_or_cells_of_its_own_stays_apart(html, shown):
    assert clean_html(html) == shown


@pytest.mark.threat("T57")
@pytest.mark.parametrize("piece", ["<div", "<div>", "</td>", "<p> ", "<p>   <tr>  "])
def test_blocks_that_never_end_cost_little(piece):
    with measured() as cost:
        clean_html(piece * (HTML_CHARACTERS_MAX // len(piece)))

    assert cost.cpu_s < 0.5


@pytest.mark.threat("T57")
def test_many_pictures_that_never_end_cost_little():
    with measured() as cost:
        clean_html("<img " * 20_000)

    assert cost.cpu_s < 0.25


@pytest.mark.threat("T57")
def test_cleaned_html_keeps_its_limit_however_much_cleaning_adds():
    assert len(clean_html("<p>" + "&" * 200_000)) <= HTML_CHARACTERS_MAX


@pytest.mark.threat("T60")
def test_a_name_is_one_line_without_tags_or_direction_tricks():
    assert plain_text("<b>Rose</b> \u202eLane\n &amp; Co") == "Rose Lane & Co"


def test_handles_are_found_where_people_write_them():
    text = "@rose@valley.example, @ann! mail me at a@b.example or see https://x.example/@bob"

    assert handles_in(text) == ("rose@valley.example", "ann")


def test_hashtags_are_found_once_and_numbers_are_none():
    assert hashtags_in("#Walk #walk #2026 see https://x.example/#top") == ("walk",)


def test_a_plain_text_becomes_paragraphs_with_links_mentions_and_tags():
    made = html_of_text("Hi @rose@valley.example <3\nnew line #Walk\n\nBye", ROSE, TAGS)

    assert made == (
        '<p>Hi <span class="h-card"><a href="https://valley.example/people/rose" '
        'class="u-url mention">@rose</a></span> &lt;3<br>new line '
        '<a href="https://group.example/tags/walk" class="hashtag" rel="tag">#Walk</a></p>'
        "<p>Bye</p>"
    )


def test_somebody_nobody_knows_stays_text():
    assert html_of_text("Hi @nobody", ROSE, TAGS) == "<p>Hi @nobody</p>"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://wiki.example/Reed_(plant)", "https://wiki.example/Reed_(plant)"),
        ("(see https://wiki.example/Reed_(plant)).", "https://wiki.example/Reed_(plant)"),
        ("(see https://wiki.example/reed)", "https://wiki.example/reed"),
        ("[https://wiki.example/a[1]]!", "https://wiki.example/a[1]"),
        ("https://wiki.example/a(b", "https://wiki.example/a(b"),
        ("https://wiki.example/a)))", "https://wiki.example/a"),
        ("Is it https://wiki.example/a?b=1?", "https://wiki.example/a?b=1"),
    ],
)
@pytest.mark.parametrize("render", [html_of_text, html_of_markdown])
def test_brackets_belong_to_an_address_that_opens_them(render, text, address):
    made = render(text, {}, TAGS)

    assert re.findall('href="([^"]+)"', made) == [address]
    assert unescape(re.sub("<[^>]+>", "", made)).strip() == text


@pytest.mark.threat("T57")
def test_an_address_with_very_many_brackets_costs_little():
    with measured() as cost:
        html_of_text("https://wiki.example/a" + ")" * 60_000, {}, TAGS)

    assert cost.cpu_s < 0.25


def test_a_long_text_may_hold_markdown_and_no_html():
    made = html_of_markdown("**Hi** @rose@valley.example <script>x</script>", ROSE, TAGS)

    assert "<strong>Hi</strong>" in made
    assert "mention" in made
    assert "<script" not in made


@pytest.mark.threat("T44")
@pytest.mark.parametrize("line", ["a\n", "[a](b)\n", "*a*\n", "> ", "- ", "@a\n", "#a "])
def test_a_long_text_of_many_small_parts_costs_at_most_a_quarter_of_a_second(line):
    text = (line * 10_000)[:10_000]

    with measured() as cost:
        html_of_markdown(text, {}, "https://group.example")

    assert cost.cpu_s < 0.25


def test_what_stands_in_a_link_is_not_linked_again_and_what_follows_is():
    html = html_of_markdown("[#a](https://b.example/) #a [x *#a*](https://c.example/) #a", {}, TAGS)

    assert html.count(f'href="{TAGS}/tags/a"') == html.count("/tags/a") == 2


ODD_NESTS = (
    "<ul>",
    "<b>",
    "<p><b>",
    "<i></b>",
    "<b>x</p>",
    "<s><div></s>",
    "<ul><table></ul></table>",
    "<ul><xmp></ul></xmp>",
    "<ul <ul ",
    "<ul </ul>",
    "<ul<b></ul></b>",
    "<ul><!--</ul>-->",
    "<svg:a></svg>",
    "<p->",
    "<br-x>",
    "<p-><hr>",
    "<col:y></b>",
    "<svg><col>",
    "<svg><col></a>",
    "<x<b>>",
    "<math/x<y><br>",
)


@pytest.mark.threat("T142")
@pytest.mark.parametrize("read", [clean_html, plain_text])
@pytest.mark.parametrize("nest", ODD_NESTS, ids=range(len(ODD_NESTS)))
def test_no_text_of_a_stranger_takes_more_than_fifty_milliseconds(read, nest):
    with measured() as cost:
        read(nest * (262_144 // len(nest)))

    assert cost.cpu_s < 0.05


@pytest.mark.threat("T142")
def test_what_is_nested_too_deeply_is_left_as_its_words():
    deep = "<ul>" * 5_000 + "The path is dry." + "</ul>" * 5_000

    assert clean_html(deep).split() == "The path is dry.".split()
    assert plain_text(f"{'<b>' * 2_500} Mallory") == "Mallory"
    assert plain_text(f"{'<b>' * 65_000} Mallory") == ""
    assert clean_html("<ul><li><b>dry</b></li></ul>") == "<ul><li><b>dry</b></li></ul>"


@pytest.mark.threat("T30")
@pytest.mark.parametrize(
    "href",
    [
        "/oauth/authorize?client_id=1",
        "//evil.example/x",
        "\\\\evil.example",
        "new",
        "#main",
        "?next=/",
        "",
        ".",
        "https:/new",
        "https:new",
        "HTTPS:///new",
        "https:\\new",
        "ht&#10;tps:new",
        "http:/%09/evil",
        "javascript:alert(1)",
        "JaVa&#x09;script:alert(1)",
        "data:text/html,x",
        "ftp://files.example/",
    ],
)
def test_a_strangers_link_never_leads_to_a_page_of_ours(href):
    cleaned = clean_html(f'<p>go <a class="mention" href="{href}">there</a></p>')

    assert "href" not in cleaned
    assert ">there</a>" in cleaned


@pytest.mark.parametrize(
    "href",
    ["https://valley.example/x?a=1&amp;b#c", "http://valley.example", "mailto:rose@valley.example"],
)
def test_a_whole_address_stays(href):
    assert f'href="{href}"' in clean_html(f'<a href="{href}">there</a>')


def test_words_that_look_like_a_link_stay_words():
    words = '<p>write &lt;a href="/new"&gt; or href="/new"</p>'

    assert clean_html(words) == words
