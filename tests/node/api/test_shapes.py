"""The judge of shapes: it does judge, where the description is."""

import pytest

from tests.node.shapes import check_shape, description

pytestmark = pytest.mark.skipif(description() is None, reason="the description is not there")


def test_an_answer_that_lacks_a_field_is_noticed():
    with pytest.raises(AssertionError, match="answered 200 in another shape"):
        check_shape("GET", "/api/v1/statuses/12", 200, {"id": "12"})


def test_slashes_and_questions_lead_to_the_same_operation():
    with pytest.raises(AssertionError, match="answered 200 in another shape"):
        check_shape("GET", "/api/v1/timelines/home/?limit=2", 200, [{"id": "12"}])
