"""Which addresses a notice may be sent to."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paas.alerts import reach

PUBLIC = ["8.8.8.8", "93.184.216.34", "172.32.0.1", "100.63.255.255", "2606:4700::1111", "64:ff9b::8.8.8.8"]
PRIVATE = [
    *("10.0.0.1", "10.255.255.255", "127.0.0.1", "127.9.9.9", "172.16.0.1", "172.31.255.255", "192.168.1.1"),
    *("100.64.0.1", "198.18.0.1", "::1", "fd12::1", "fc00::1", "fec0::1"),
]
NEVER = [
    *("169.254.169.254", "169.254.0.1", "0.0.0.0", "255.255.255.255", "224.0.0.1", "240.0.0.1", "192.0.0.192"),
    *("168.63.129.16", "100.100.100.200", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "::", "ff02::1", "2001::1"),
    *("2001:db8::1", "", "example.org", "2130706433", "0x7f.1"),
]


def embedded(address):
    """Every form of IPv6 that stands for this address of IPv4."""
    number = int(IPv4Address(address))
    return [
        *(f"::ffff:{address}", f"::{address}", f"64:ff9b::{address}"),
        str(IPv6Address((0x2002 << 112) | (number << 80))),
        str(IPv6Address((0xFFFF << 32) | number)),
    ]


@pytest.mark.parametrize("address", PUBLIC)
def test_public_address_may_be_reached_by_everybody(address):
    assert reach.refusal(address, may_be_private=False) == ""


@pytest.mark.parametrize("address", PRIVATE)
def test_private_address_may_be_reached_by_admins_alone(address):
    assert "private network" in reach.refusal(address, may_be_private=False)
    assert reach.refusal(address, may_be_private=True) == ""


@pytest.mark.parametrize("address", NEVER)
def test_address_of_metadata_or_of_nobody_may_be_reached_by_nobody(address):
    assert reach.refusal(address, may_be_private=False)
    assert reach.refusal(address, may_be_private=True)


@given(st.sampled_from(["10.0.0.0/8", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"]), st.data())
def test_private_address_stays_private_in_every_form_of_ipv6(network, data):
    address = data.draw(st.ip_addresses(v=4, network=network))
    for form in [str(address), *embedded(str(address))]:
        assert reach.refusal(form, may_be_private=False), form


@given(st.ip_addresses(v=4, network="169.254.0.0/16"))
def test_metadata_stays_out_of_reach_in_every_form_of_ipv6(address):
    for form in [str(address), *embedded(str(address))]:
        assert reach.refusal(form, may_be_private=True), form


@given(st.ip_addresses(v=6))
def test_whatever_is_let_through_to_members_is_public(address):
    if not reach.refusal(str(address), may_be_private=False) and address.ipv4_mapped is None:
        assert address.is_global or address.sixtofour is not None
