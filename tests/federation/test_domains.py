"""Whose share something costs: the domain that somebody registered."""

import pytest

from federation.domains import domain_of


@pytest.mark.threat("T143")
@pytest.mark.parametrize(
    ("authority", "domain"),
    [
        ("valley.example", "valley.example"),
        ("n1.valley.example", "valley.example"),
        ("a.b.c.valley.example:8443", "valley.example"),
        ("a.group.co.uk", "group.co.uk"),
        ("ann.github.io", "ann.github.io"),
        ("x.ann.github.io", "ann.github.io"),
        ("co.uk", "co.uk"),
        ("localhost:4000", "localhost:4000"),
        ("127.0.0.1:4000", "127.0.0.1:4000"),
        ("[2001:db8::1]:4000", "[2001:db8::1]:4000"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
    ],
)
def test_names_below_a_domain_are_of_that_domain_and_of_no_other(authority, domain):
    assert domain_of(authority) == domain
