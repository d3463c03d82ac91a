"""Text for people: cleaning the HTML of other nodes, and making HTML of what members type."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from node.base.hashtags import JOINER, hashtag_key, hashtag_path, mark_ranges

TAGS = set(
    "p br span a del s pre blockquote code b strong u i em ul ol li h1 h2 h3 h4 h5 h6 hr"
    " sub sup small mark".split()
)
HTML_CHARACTERS_MAX = 65_536
LABEL_CHARACTERS_MAX = 2_048
LABEL_AS_HTML_TIMES = 8
"""How much longer than its words a label may be, with the tags that are taken out of it."""

OPENED_CHARACTERS_MAX = 8_000
NESTING_MAX = 100
TAG = re.compile(r"<(/?)([A-Za-z][^\s/<>]*)[^<>]*>")
NEST_NOTHING = frozenset(
    "area base br col embed hr img input li link meta p source track wbr".split()
)
OPENING = re.compile(rf"<(?!(?:{'|'.join(sorted(NEST_NOTHING))})(?=[\s/>]))[A-Za-z]", re.IGNORECASE)
TAGS_MAX = 2_000
FOREIGN = re.compile(r"<(?:svg|math)(?=[\s/>])", re.IGNORECASE)
"""Inside of which everything nests."""

FLOW = "p|h[1-6]|ul|ol|li|blockquote|pre|hr|br"
BLOCK = (
    "address|article|aside|caption|center|dd|details|dialog|dir|div|dl|dt|fieldset|figcaption|figure"
    "|footer|form|header|hgroup|legend|main|menu|nav|optgroup|option|search|section|summary|table"
    "|tbody|tfoot|thead|tr"
)
"""Tags that begin a new line where they are known, beside those kept here (HTML section 15.3)."""

CELLS = re.compile(r"</t[dh]\s*>\s*<t[dh](?=[\s>])[^<>]*>", re.IGNORECASE)
BLOCKS = re.compile(
    rf"(</?(?:{FLOW})(?=[\s/>])[^<>]*>\s*)?(?:</?(?:{BLOCK})(?=[\s/>])[^<>]*>\s*)+"
    rf"(</?(?:{FLOW})(?=[\s/>])[^<>]*>)?",
    re.IGNORECASE,
)
UNFINISHED = re.compile(r"<[^<>]*\Z")
BIDI_CONTROLS = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
URL = r"https?://[^\s<>\"'`]*[^\s<>\"'`.,;:!?)\]}][)\]}]*"
BRACKETS = {")": "(", "]": "[", "}": "{"}
NAME = r"\w(?:[\w.-]{0,62}\w)?"
AT_HOST = r"@[\w-]+(?:\.[\w-]+)*(?::\d{1,5})?"
HANDLE = rf"(?<![\w/@.!])(?:@{NAME}(?:{AT_HOST})?|!{NAME}{AT_HOST})"
"""Who is named: `@name`, `@name@host`, or `!name@host`, as people of Lemmy write a community."""

IN_HASHTAG = rf"[\w{mark_ranges()}{JOINER}]*"
HASHTAG = rf"(?<![\w/#&])#{IN_HASHTAG}[^\W\d]{IN_HASHTAG}"
TOKEN = re.compile(f"(?P<url>{URL})|(?P<handle>{HANDLE})|(?P<hashtag>{HASHTAG})")
LEADING = re.compile(rf"\s*(?P<handle>{HANDLE})[\s:,]+(?=\S)")

PICTURE = re.compile(r"<img\b[^<>]*>", re.IGNORECASE)
PICTURE_SAYS = re.compile(r"""\balt\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)

cleaner = nh3.Cleaner(
    tags=TAGS,
    attributes={"a": {"href"}, "ol": {"start"}, "li": {"value"}},
    allowed_classes={
        "a": {"mention", "u-url", "hashtag"},
        "span": {"h-card", "quote-inline"},
    },
    url_schemes={"http", "https", "mailto"},
    link_rel="nofollow noopener noreferrer",
    url_relative="deny",
)
OURS = re.compile(
    r'(<a(?: [a-z]+="[^"]*")*?) href="(?!https?://[^/\\"]|mailto:)[^"]*"', re.IGNORECASE
)
"""A link that a browser would read as a page of ours: `https:/new` is one, as `/new` is."""
texts_only = nh3.Cleaner(tags=set(), attributes={}, link_rel=None)


def clean_html(html: str) -> str:
    """HTML of a stranger made harmless: an allow-list of tags, no pictures, styles or scripts.

    A link leads to a whole address of the web or of a mailbox, or is no link: else it would be one
    to a page of ours, whatever it says. Where a picture stood, its description stands; what stood
    in lines, or in the cells of a table, stays apart. Longer than 65,536 characters is cut before
    cleaning, so that the cut leaves no tag open.
    """
    html = shallow(in_lines(PICTURE.sub(described, html[:HTML_CHARACTERS_MAX])))
    cleaned = cleaner.clean(html)
    while len(cleaned) > HTML_CHARACTERS_MAX:
        html = html[: len(html) // 2]
        cleaned = cleaner.clean(html)
    return OURS.sub(r"\1", cleaned)


def described(picture: re.Match[str]) -> str:
    says = PICTURE_SAYS.search(picture[0])
    return (says[1] or says[2] or "") if says else "(picture)"


def in_lines(html: str) -> str:
    """HTML with line breaks in place of tags that we do not keep and that begin a line."""
    return BLOCKS.sub(new_line, CELLS.sub(" | ", html))


def new_line(tags: re.Match[str]) -> str:
    before, after = tags[1] or "", tags[2] or ""
    is_at_an_edge = before or after or tags.start() == 0 or tags.end() == len(tags.string)
    return f"{before}{after}" if is_at_an_edge else "<br>"


def plain_text(html: str, characters_max: int = LABEL_CHARACTERS_MAX) -> str:
    """What a name, a title or a content note says: no tags, no direction tricks, one line.

    It is cut before it is cleaned, to eight times what may be left of it.
    """
    html = html[: characters_max * LABEL_AS_HTML_TIMES]
    text = texts_only.clean(shallow(html)) if "<" in html else html
    text = unescape_basic(text) if "&" in text else text
    return " ".join(text.translate(BIDI_CONTROLS).split())[:characters_max]


def text_of_html(html: str) -> str:
    """A text as its owner typed it, out of the HTML that was made of it: paragraphs and lines."""
    lines = html.replace("</p><p>", "<br><br>").replace("<br/>", "<br>").split("<br>")
    return "\n".join(plain_text(line) for line in lines)


def one_line(text: str, characters_max: int = LABEL_CHARACTERS_MAX) -> str:
    """What a name says that is plain text to begin with, as `name` is: `<` is a `<` there.

    No direction tricks, one line. Source: ActivityStreams vocabulary, `name`.
    """
    text = text[: characters_max * LABEL_AS_HTML_TIMES].translate(BIDI_CONTROLS)
    return " ".join(text.split())[:characters_max]


def shallow(html: str) -> str:
    """HTML whose tags are nested 100 deep at most; of anything deeper only the words are left.

    A parser of HTML takes time with the square of the depth: 65,000 tags in one another took it
    twelve seconds. Nobody writes more than ten. What a parser ignores may look like an end here;
    so there are 2,000 tags at most as well, which it takes ten milliseconds at any depth.
    """
    is_usual = len(OPENING.findall(html)) <= TAGS_MAX and depth_of(html) <= NESTING_MAX
    if FOREIGN.search(html):
        is_usual = is_usual and html.count("<") <= NESTING_MAX
    return html if is_usual else UNFINISHED.sub("", TAG.sub(" ", html)).replace("<", " ")


def depth_of(html: str) -> int:
    """How deep tags are nested, as far as that can be seen in one pass."""
    deepest, depth, open_tags = 0, 0, dict[str, int]()
    for tag in TAG.finditer(html):
        name = tag[2].lower()
        if name in NEST_NOTHING:
            continue
        if not tag[1]:
            open_tags[name] = open_tags.get(name, 0) + 1
            depth += 1
            deepest = max(deepest, depth)
        elif open_tags.get(name, 0):
            open_tags[name] -= 1
            depth -= 1
    return deepest


LINK_OF_HASHTAG = re.compile(
    r"""(<a\b[^<>]*\bclass="[^"<>]*\bhashtag\b[^<>]*>)((?:<[^<>]*>|#)*([^<>]*))"""
)
HREF = re.compile(r"""\bhref="[^"]*\"""")


def with_own_hashtags(html: str, origin: str = "") -> str:
    """Cleaned HTML in which hashtags lead to their pages here, wherever it was written; where it is
    read elsewhere, to whole addresses at our `origin`."""
    return LINK_OF_HASHTAG.sub(partial(led_here, origin), html)


def led_here(origin: str, link: re.Match[str]) -> str:
    key, start = hashtag_key(unescape_basic(link[3])), link[1].replace(OWN_DIRECTION, "")
    url = f"{origin}{hashtag_path(key)}"
    return (HREF.sub(f'href="{url}"', start) if key else start) + link[2]


WITH_DIRECTION = re.compile(r"<(p|ul|ol|li|blockquote|pre|h[1-6]|a)(?=[ >])")
OWN_DIRECTION = ' dir="auto"'


def laid_out(html: str, origin: str = "") -> str:
    """Cleaned HTML as pages show it: each paragraph and list goes the way of its own letters, and
    hashtags lead to their pages here (at `origin`, see `with_own_hashtags`).

    A link does not decide for what stands around it: a name in Latin letters at the beginning of an
    Arabic answer turns it around otherwise. Hashtags are words of the text, and do. In cleaned HTML
    a `<` only ever begins a tag (a test holds it), so that nothing is put into another place.
    """
    return with_own_hashtags(WITH_DIRECTION.sub(rf"<\1{OWN_DIRECTION}", html), origin)


def opening_of(html: str, characters_max: int) -> str:
    """The first words of a text as plain text, cut between two words; an ellipsis says so.

    They are looked for in the first 8,000 characters of it (T144).
    """
    start = html[:OPENED_CHARACTERS_MAX]
    text = plain_text(start.replace("</p>", "</p> ").replace("<br>", " "), HTML_CHARACTERS_MAX)
    if len(text) <= characters_max and len(start) == len(html):
        return text
    return text[: characters_max - 1].rpartition(" ")[0].rstrip(",;:") + "…"


def has_words(html: str) -> bool:
    """Whether anything stands between the tags of HTML that was cleaned."""
    return any(part.partition(">")[2].strip() for part in f">{html}".split("<"))


def unescape_basic(text: str) -> str:
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#39;", "'")):
        text = text.replace(entity, character)
    return text.replace("&nbsp;", " ").replace("&amp;", "&")


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody that a text names: where the link leads, and how the link reads."""

    url: str
    name: str


def handles_in(text: str) -> tuple[str, ...]:
    """The handles a text names, as typed without the leading @ or !, each once, in order."""
    found = (match["handle"] for match in TOKEN.finditer(text) if match["handle"])
    return tuple(dict.fromkeys(handle[1:] for handle in found))


def handle_before(text: str) -> tuple[str, str]:
    """The handle that a text begins with, as typed without its @ or !, and the rest of the text."""
    match = LEADING.match(text)
    return (match["handle"][1:], text[match.end() :]) if match else ("", text)


def links_in(text: str) -> tuple[str, ...]:
    """The addresses of pages and pictures in a text, in order."""
    return tuple(without_marks(match["url"]) for match in TOKEN.finditer(text) if match["url"])


def hashtags_in(text: str) -> tuple[str, ...]:
    """The hashtags of a text, without the #, each once whatever its case, in order."""
    found = (match["hashtag"] for match in TOKEN.finditer(text) if match["hashtag"])
    return tuple({hashtag_key(tag): tag[1:] for tag in found}.values())


def html_of_text(text: str, people: Mapping[str, Named], origin: str) -> str:
    """Paragraphs of plain text, with links, mentions of `people` (by handle as typed) and tags.

    `origin` is where our own pages are, those of tags among them.
    """
    paragraphs = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    linked = (link_up(paragraph, people, origin) for paragraph in paragraphs)
    return "".join(f"<p>{one}</p>" for one in linked).replace("\n", "<br>")


def html_of_markdown(text: str, people: Mapping[str, Named], origin: str) -> str:
    """Markdown (without raw HTML or pictures) as HTML, with mentions and tags linked."""
    markdown = MarkdownIt("commonmark", {"html": False}).disable("image")
    open_links = 0

    def render_link(
        self: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: Any
    ) -> str:
        nonlocal open_links
        open_links += tokens[at].nesting
        return self.renderToken(tokens, at, options, env)

    def render_text(
        self: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: Any
    ) -> str:
        content = tokens[at].content
        return escape(content) if open_links else link_up(content, people, origin)

    markdown.add_render_rule("link_open", render_link)
    markdown.add_render_rule("link_close", render_link)
    markdown.add_render_rule("text", render_text)
    return clean_html(markdown.render(text))


def link_up(text: str, people: Mapping[str, Named], origin: str) -> str:
    parts, end = [], 0
    for match in TOKEN.finditer(text):
        parts.append(escape(text[end : match.start()]))
        parts.append(link_of(match, people, origin))
        end = match.end()
    return "".join(parts) + escape(text[end:])


def link_of(match: re.Match[str], people: Mapping[str, Named], origin: str) -> str:
    found = match[0]
    if match["url"]:
        url = escape(without_marks(found))
        link = f'<a href="{url}" rel="nofollow noopener noreferrer">{url}</a>'
        return link + escape(found[len(without_marks(found)) :])
    if match["hashtag"]:
        url = escape(f"{origin}{hashtag_path(found)}")
        return f'<a href="{url}" class="hashtag" rel="tag">{escape(found)}</a>'
    person = people.get(found[1:].lower())
    if person is None:
        return escape(found)
    link = f'<a href="{escape(person.url)}" class="u-url mention">@{escape(person.name)}</a>'
    return f'<span class="h-card">{link}</span>'


def without_marks(url: str) -> str:
    """An address as it stands in a text, without brackets after it that it does not open."""
    unopened = {mark: url.count(mark) - url.count(opens) for mark, opens in BRACKETS.items()}
    end = len(url)
    while unopened.get(url[end - 1], 0) > 0:
        unopened[url[end - 1]] -= 1
        end -= 1
    return url[:end]
