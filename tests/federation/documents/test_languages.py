"""In which language a post is, as each software says it."""

import pytest

from federation import documents

NOTE = {
    "id": "https://valley.example/posts/1",
    "type": "Note",
    "attributedTo": "https://valley.example/people/rose",
}


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ({"contentMap": {"de": "Hallo"}}, "de"),
        ({"contentMap": {"pt_BR": "Oi"}}, "pt-BR"),
        ({"contentMap": {"EN-gb": "Hello"}}, "en-gb"),
        ({"content": "Hello", "contentMap": {"de": "Hallo", "en": "Hello"}}, "en"),
        ({"contentMap": {"de": "Hallo", "en": "Hello"}}, "de"),
        ({"content": "Ok", "contentMap": {"de": "Ok", "en": "Ok"}}, None),
        ({"content": "Hej", "contentMap": {"de": "Hej "}}, "de"),
        ({"content": "Hej", "contentMap": {"de": "Hallo", "en": "Hello"}}, None),
        ({"language": {"identifier": "fr", "name": "Français"}}, "fr"),
        ({"language": "fr"}, "fr"),
        ({"contentMap": {"klingon_x": "nuqneH"}}, None),
        ({"language": {"identifier": "klingon_x"}}, None),
        ({"contentMap": {"klingon_x": "Oui"}, "language": {"identifier": "fr"}}, "fr"),
        ({"contentMap": {"und": "Oui"}}, None),
        ({"contentMap": {"": "Oui"}}, None),
        ({"contentMap": ["de"]}, None),
        ({"language": 7}, None),
    ],
)
def test_a_language_is_that_of_the_words_shown_or_none(said, language):
    assert documents.read_post(NOTE | said).language == language
