"""Where an event is, as software writes it."""

import pytest

from federation.documents import read_post

ADDRESS = {"type": "PostalAddress", "streetAddress": "Mill Lane 3", "addressLocality": "Elder"}


@pytest.mark.parametrize(
    ("location", "place"),
    [
        ({"type": "Place", "name": "The mill"}, "The mill"),
        ({"type": "Place", "name": "The mill", "address": ADDRESS}, "The mill, Mill Lane 3, Elder"),
        ({"type": "Place", "name": "Elder", "address": {"addressLocality": "Elder"}}, "Elder"),
        ({"type": "Place", "name": "The mill", "address": "Elder"}, "The mill, Elder"),
        ([{"type": "Place", "name": "The mill"}, {"type": "VirtualLocation"}], "The mill"),
        ("The mill", "The mill"),
        ({"type": "Place"}, None),
        ({"type": "Place", "name": 3, "address": [None]}, None),
        (None, None),
    ],
)
def test_a_place_is_read_in_one_line(location, place):
    event = {
        "id": "https://valley.example/events/1",
        "type": "Event",
        "attributedTo": "https://valley.example/people/rose",
        "location": location,
    }

    assert read_post(event).place == place
