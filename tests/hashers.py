"""A hash that is stored, and a backend that counts what it is asked for."""

from __future__ import annotations

from typing import Any

from securelogin.argon2_backends import Argon2CFFI
from securelogin.hidden import Hidden
from tests.wiring import PASSWORD, cheap_hasher

ANN, BOB = "account-ann", "account-bob"
SECRET = Hidden(PASSWORD)


class Counting:
    """The real backend, which notes every run it is asked for."""

    def __init__(self) -> None:
        self.runs: list[dict[str, Any]] = []
        self._real = Argon2CFFI()

    def run(self, secret, /, **options):
        self.runs.append({"secret": secret, **options})
        return self._real.run(secret, **options)


STORED = cheap_hasher().hash(SECRET, account=ANN)
