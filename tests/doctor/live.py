"""A configuration that can be looked at, with what it leads to."""

from __future__ import annotations

import socket

from securelogin.configuration import read_configuration
from securelogin.doctor import gather
from tests.doctor.facts import DOMAIN


def seen(file, **options):
    return gather(
        read_configuration(file), file=file, resolve=lambda _: DOMAIN, **options
    )


def closed_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]
