"""Custom emoji: little pictures that stand for `:shortcode:` in a text or a name."""

from dataclasses import dataclass

from federation.documents.shapes import Json, kind_of, many, one, text_of, url_of


@dataclass(frozen=True, slots=True)
class Emoji:
    """A picture that stands for `:shortcode:`; the colons are left out."""

    shortcode: str
    url: str


def emojis_of(value: Json) -> tuple[Emoji, ...]:
    """The custom emoji that a post or an actor brings along, as `tag`; each shortcode once."""
    found: dict[str, Emoji] = {}
    for tag in many(value.get("tag")):
        if kind_of(tag) != "Emoji":
            continue
        name, icon = text_of(tag.get("name")), one(tag.get("icon"))
        url = url_of(icon.get("url")) if isinstance(icon, dict) else None
        if name and url:
            shortcode = name.strip(":")
            found.setdefault(shortcode, Emoji(shortcode, url))
    return tuple(found.values())
