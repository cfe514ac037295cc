"""Which addresses a notice may be sent to. A destination is chosen by somebody, and the dashboard stands where they do
not: inside the network of its machine. Pure.

Members reach the public internet alone. Admins may name private addresses, a service of their own beside the dashboard,
but nobody those that clouds keep for their machines' metadata: what answers there gives away the machine itself.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# https://www.iana.org/assignments/iana-ipv4-special-registry, written out: what ``is_private`` holds differs between
# versions of Python.
PRIVATE: tuple[Network, ...] = tuple(
    map(
        ip_network,
        (
            *("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "198.18.0.0/15"),
            *("::1/128", "fc00::/7", "fec0::/10"),
        ),
    )
)
NEVER: tuple[Network, ...] = tuple(
    map(
        ip_network,
        (
            *("0.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.51.100.0/24"),
            *("203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
            *("::/128", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16"),
            *("fe80::/10", "ff00::/8"),
            # Of clouds: Azure, Alibaba, AWS and Google over IPv6.
            *("168.63.129.16/32", "100.100.100.200/32", "fd00:ec2::254/128", "fd20:ce::254/128"),
        ),
    )
)
COMPATIBLE, TRANSLATED = IPv6Network("::/96"), IPv6Network("64:ff9b::/96")


def refusal(text: str, *, may_be_private: bool) -> str:
    """Why nothing is sent to this IP address, as the end of a sentence; empty when it may be."""
    try:
        address = _bare(ip_address(text.partition("%")[0]))
    except ValueError:
        return "is not an IP address"
    if any(address in network for network in NEVER):
        return "belongs to no service that notices could go to"
    if not may_be_private and any(address in network for network in PRIVATE):
        return "is inside a private network, which only admins may send notices to"
    return ""


def _bare(address: Address) -> Address:
    """The IPv4 address that one of IPv6 stands for, in each of the ways there are; else itself."""
    if isinstance(address, IPv4Address):
        return address
    inner = address.ipv4_mapped or address.sixtofour
    if inner is None and (address in TRANSLATED or (address in COMPATIBLE and int(address) > 1)):
        inner = IPv4Address(int(address) & 0xFFFFFFFF)
    return inner if inner is not None else address
