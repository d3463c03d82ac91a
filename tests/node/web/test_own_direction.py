"""People's words go the way of their own letters, wherever a template shows them."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.base.markup import clean_html, html_of_markdown, html_of_text, laid_out
from node.web.render import environment

NAMES = environment.list_templates(extensions=["html"])
WORDS = re.compile(
    r"\.(title|display_name|summary|content|content_note|description|place|words|reason|name)\b"
    r"|\bapp\.name\b|\btyped\b|\blabel, text\b|\bnode_name\b|\bopening\b|\bsafe_html\b"
)
OURS = re.compile(
    r"^\{\{ *(one\.reason|name|label|words\[|field\(|title|sentence|button|tag\b"
    r"|one\.peer\.frozen_reason|one\.words \}\}\{% if one\.peer|line\.words)"
)
"""Words of our own, in English; and plain words that were decided before."""
EXPRESSION = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.S)
VOID = frozenset(("meta", "link", "input", "br", "img", "hr", "path"))
FREE = frozenset(("title", "option"))


class Places(HTMLParser):
    """Finds expressions that stand in elements without a direction of their own."""

    def __init__(self, expressions: list[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.expressions, self.open, self.bare = expressions, list[tuple[str, bool]](), list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append((tag, tag == "bdi" or "dir" in dict(attrs) or tag in FREE))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        for number in re.findall(r"§(\d+)§", data):
            text = self.expressions[int(number)]
            is_words = text.startswith("{{") and WORDS.search(text) and not OURS.match(text)
            has_own = bool(self.open) and self.open[-1][1]
            if is_words and not has_own and "parts." not in text and "face(" not in text:
                self.bare.append(text)


def bare_words(source: str) -> list[str]:
    """The expressions that show people's words without a direction of their own."""
    expressions: list[str] = []

    def marked(match: re.Match[str]) -> str:
        expressions.append(match[0])
        return f"§{len(expressions) - 1}§"

    places = Places(expressions)
    places.feed(EXPRESSION.sub(marked, source))
    return places.bare


@pytest.mark.parametrize("name", NAMES)
def test_words_of_people_stand_in_an_element_with_a_direction_of_its_own(name):
    assert environment.loader is not None
    source = environment.loader.get_source(environment, name)[0]
    in_title = re.sub(r"\{% block title %\}.*?\{% endblock %\}", "", source)

    assert bare_words(in_title) == []


def test_words_without_a_direction_of_their_own_are_noticed():
    assert bare_words("<p>By {{ view.author.title }}</p>") == ["{{ view.author.title }}"]
    assert bare_words("<p>By <bdi>{{ view.author.title }}</bdi></p>") == []


def test_each_paragraph_and_list_has_a_direction_of_its_own():
    html = laid_out(html_of_markdown("Hello\n\n\u0645\u0634\n\n- one\n- אחת\n\n> two", {}, ""))

    assert html.count("<p") == html.count('<p dir="auto"')
    assert '<li dir="auto">' in html
    assert '<ul dir="auto">' in html
    assert '<blockquote dir="auto">' in html


def test_a_hashtag_counts_for_the_direction_and_other_links_do_not():
    html = laid_out(html_of_text("#مشي https://a.example/x", {}, ""))

    assert re.search(r'<a href="[^"]*" class="hashtag" rel="tag">#مشي</a>', html)
    assert '<a dir="auto" href="https://a.example/x"' in html


@given(st.text(alphabet=st.sampled_from(list("<>\"'=/ pahrefli:xclassdt&;#")), max_size=300))
def test_laying_out_puts_nothing_anywhere_but_into_tags(text):
    for html in (
        clean_html(text),
        html_of_text(text, {}, ""),
        clean_html(f'<a href="{text}">x</a>'),
    ):
        assert clean_html(laid_out(html)) == clean_html(html)
