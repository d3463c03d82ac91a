"""Which literal addresses are on the public Internet, and which are this machine."""

import pytest

from federation.address_guard import is_loopback, is_public, is_public_url
from federation.addressing import visibility_of
from federation.documents import PUBLIC

PUBLIC_ADDRESSES = """1.1.1.1 9.9.9.9 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.1
169.253.1.1 172.15.0.1 172.32.0.1 192.0.1.1 192.0.3.1 192.167.1.1 192.169.1.1 198.17.1.1 198.20.1.1
203.0.112.1 203.0.114.1 223.255.255.255 2001:200::1 2606:4700::1 2a00::1 2620:4f:8001::1
3ffe::1""".split()
OTHERS = (
    *"""0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.255 127.0.0.1 127.9.9.9
169.254.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.8 192.0.2.1 192.31.196.1
192.52.193.1 192.88.99.1 192.168.0.1 192.168.255.255 192.175.48.1 198.18.0.1 198.19.255.255
198.51.100.1 203.0.113.1 224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255 :: ::1 ::2 ::127.0.0.1
::ffff:127.0.0.1 ::ffff:1.1.1.1 ::ffff:a00:1 64:ff9b::1.1.1.1 64:ff9b:1::1 100::1 2001::1
2001:db8::1
2001:1ff::1 2002:7f00:1:: 2002::1 2620:4f:8000::1 3fff::1 4000::1 5f00::1 fc00::1 fd00::1 fe80::1
fe80::1%eth0 fec0::1 ff02::1 1fff::1 localhost 2130706433 127.1 0x7f.1 0177.0.0.1 1.1.1.1.
1.1.1.1:80 [::1] 01.1.1.1 1.1.1 x""".split(),
    "",
)


@pytest.mark.parametrize("address", PUBLIC_ADDRESSES, ids=range(len(PUBLIC_ADDRESSES)))
def test_an_address_beside_the_special_blocks_is_public(address):
    assert is_public(address)
    assert not is_loopback(address)


@pytest.mark.threat("T36")
@pytest.mark.parametrize("address", OTHERS, ids=range(len(OTHERS)))
def test_a_special_address_or_none_at_all_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.255.255.255", "::1"], ids=range(3))
def test_this_machine_is_known(address):
    assert is_loopback(address)


@pytest.mark.parametrize(
    "address", ["128.0.0.1", "126.0.0.1", "::2", "::", "localhost", ""], ids=range(6)
)
def test_another_machine_is_not_this_one(address):
    assert not is_loopback(address)


FOLLOWERS, ROSE = "https://valley.example/rose/followers", "https://valley.example/rose"


@pytest.mark.threat("T90")
@pytest.mark.parametrize(
    ("to", "cc", "followers", "visibility"),
    [
        ([PUBLIC], [FOLLOWERS], FOLLOWERS, "public"),
        ([FOLLOWERS], [PUBLIC], FOLLOWERS, "unlisted"),
        ([PUBLIC], [PUBLIC], FOLLOWERS, "public"),
        ([FOLLOWERS], [ROSE], FOLLOWERS, "followers"),
        ([ROSE], [FOLLOWERS], FOLLOWERS, "followers"),
        ([ROSE], [FOLLOWERS], None, "direct"),
        ([FOLLOWERS], [], f"{FOLLOWERS}/2", "direct"),
        ([ROSE], [], FOLLOWERS, "direct"),
        ([], [], None, "direct"),
    ],
)
def test_what_is_unclear_counts_as_the_narrower(to, cc, followers, visibility):
    assert visibility_of(to, cc, followers) == visibility


@pytest.mark.threat("T36")
@pytest.mark.parametrize(
    "url",
    """http://files.example/a https://192.168.0.1/a https://[::1]/a https://[fe80::1]/a
    https://printer/a https://printer.local/a https://x.localhost/a https://nas.home.arpa/a
    https://2130706433/a https://127.1/a https://0x7f.0x1/a https://1.1.1.1./a
    https://files.example@10.0.0.1/a https://me@files.example/a ftp://files.example/a
    https://\uff11\uff12\uff17.0.0.1/a https://[/a /a javascript:a""".split(),
)
def test_nobodys_app_is_told_to_load_from_a_network_at_home(url):
    assert not is_public_url(url, "https://valley.example/people/rose")


def test_an_app_is_told_to_load_from_a_public_host():
    for url in ("https://files.example/a?b=c", "https://files.example:8443/a", "https://1.1.1.1/a"):
        assert is_public_url(url, "https://valley.example/people/rose")


def test_under_development_this_machine_counts_as_well_and_no_other_one():
    iri = "http://127.0.0.1:8001/people/rose"

    assert is_public_url("http://127.0.0.1:8001/a", iri)
    assert not is_public_url("http://192.168.0.1/a", iri)
