"""A node says how old its people are at least, asks them to say so, and keeps nothing of it."""

import pytest

from node.base.errors import NotAllowed
from node.topics.accounts.age import check_old_enough, old_enough_words

pytestmark = pytest.mark.feature("M12")


def test_whoever_does_not_say_so_makes_no_account():
    with pytest.raises(NotAllowed, match="of 16 years and older"):
        check_old_enough(False, 16)

    check_old_enough(True, 16)
    assert old_enough_words(16) == "I am 16 years old or older."


def test_where_no_age_is_asked_nothing_is_said():
    check_old_enough(False, 0)

    assert old_enough_words(0) == ""
