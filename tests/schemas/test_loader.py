"""Contexts come from files of ours, and from nowhere else."""

import pytest

from schemas.loader import context, context_files


@pytest.mark.parametrize("url", sorted(context_files()))
def test_each_context_of_the_index_can_be_read(url):
    assert "@context" in context(url)


@pytest.mark.threat("T33")
def test_a_context_that_is_not_among_them_is_not_looked_for():
    with pytest.raises(KeyError):
        context("https://else.example/context.jsonld")
