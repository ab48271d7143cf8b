"""Random identifiers."""

from __future__ import annotations

import re
import secrets

import pytest

from securelogin.identifiers import make_id


def test_an_id_is_22_url_safe_characters():
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", make_id(secrets.token_bytes))


def test_an_id_holds_every_random_bit():
    asked = []

    def random(count):
        asked.append(count)
        return bytes(range(count))

    assert make_id(random) == "AAECAwQFBgcICQoLDA0ODw"
    assert asked == [16]


def test_F70_without_randomness_no_id_is_made():
    def broken(_count):
        raise OSError

    with pytest.raises(OSError):  # noqa: PT011 -- the very error of the source
        make_id(broken)
