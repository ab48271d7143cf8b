"""A configuration that can be looked at, with what it leads to."""

from __future__ import annotations

import socket

import pytest

from securelogin.configuration import read_configuration
from securelogin.doctor import gather
from tests.doctor.facts import DOMAIN


def seen(file, **options):
    return gather(read_configuration(file), resolve=lambda _: DOMAIN, **options)


def own_address() -> str:
    """Return an address of this machine that is none of loopback; sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect(("192.0.2.1", 9))
        except OSError:
            pytest.skip("this machine has no address but loopback")
        address: str = asking.getsockname()[0]
        return address


def closed_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]
