"""Temporary passwords: made to be read from a mail and typed by a person.

Twelve random symbols of Crockford's base 32 (60 bits) and a check symbol, in groups:
`K7QM-4XRD-9HTW-F`. What people do to such a string is forgiven: blanks, dashes,
case, O for 0, I or l for 1. Only for these: a lasting password is checked exactly as
typed (ASVS 6.2.8), and may not have this form.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections.abc import Callable

from securelogin.accounts import AccountId
from securelogin.attempts import Form
from securelogin.hidden import Hidden
from securelogin.keyring import KeyRing

__all__ = [
    "ALPHABET",
    "check_symbol",
    "fingerprints",
    "form_of",
    "make_temporary",
    "random_symbols",
    "tidy_symbols",
    "typed_temporary",
]

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32, which has no I, L, O or U."""

# What each symbol counts for, as tables of `bytes.translate`.
_SYMBOLS = ALPHABET.encode("ascii")
_PLAIN = bytes.maketrans(_SYMBOLS, bytes(range(32)))
_DOUBLED = bytes.maketrans(
    _SYMBOLS, bytes((2 * value) // 32 + (2 * value) % 32 for value in range(32))
)

# What a random byte gives: a symbol for its lower five bits, so that all are alike
# likely. The other three are not needed.
_DRAWN = _SYMBOLS * 8

SYMBOLS = 12
_LONGEST_TYPED = 64
_FORGIVEN = str.maketrans("OIL", "011")
_BETWEEN = re.compile(
    "[\\s\u00a0\u00ad\u180e\u200b-\u200f\u2060\ufeff"  # blanks, seen and unseen
    "\u061c\u202a-\u202e\u2066-\u2069"  # which way a line runs
    # Dashes: all of Unicode's category Pd, and the sign for minus.
    "\\-\u058a\u05be\u1400\u1806\u2010-\u2015\u2212\u2e17\u2e1a\u2e3a\u2e3b\u2e40\u2e5d"
    "\u301c\u3030\u30a0\ufe31\ufe32\ufe58\ufe63\uff0d\U00010d6e\U00010ead"
    "_.\"'`<>]+"  # what mail wraps around a word
)
_FORM = re.compile(f"[{ALPHABET}]{{{SYMBOLS + 1}}}", re.ASCII)


def random_symbols(random: Callable[[int], bytes], /, *, count: int) -> str:
    """Return *count* symbols of 5 random bits each; one byte is drawn for each."""
    return random(count).translate(_DRAWN).decode("ascii")


def check_symbol(symbols: str, /) -> str:
    """Return the symbol that catches one wrong or two swapped neighbours.

    Luhn's scheme in base 32: every second value is doubled, carrying into itself. Of
    all swaps it misses one, 0 with Z.
    """
    raw = symbols.encode("ascii")
    plain, doubled = raw.translate(_PLAIN)[-2::-2], raw.translate(_DOUBLED)[::-2]
    return ALPHABET[-(sum(plain) + sum(doubled)) % 32]


def tidy_symbols(text: str, /) -> str:
    """Return what *text* means as symbols: nothing between, one case, no look-alikes.

    Short input only; anything over 64 characters gives "".
    """
    if len(text) > _LONGEST_TYPED:
        return ""
    composed = unicodedata.normalize("NFC", text)
    return _BETWEEN.sub("", composed).upper().translate(_FORGIVEN)


def make_temporary(*, random: Callable[[int], bytes]) -> Hidden:
    """Make a temporary password: 60 random bits and a check symbol, grouped.

    Args:
        random: returns so many random bytes; `secrets.token_bytes` in earnest.
    """
    symbols = random_symbols(random, count=SYMBOLS)
    return Hidden(
        "-".join((symbols[:4], symbols[4:8], symbols[8:], check_symbol(symbols)))
    )


def form_of(typed: Hidden, /) -> Form:
    """Tell what a typed secret looks like. This alone decides how it is checked."""
    symbols = tidy_symbols(typed.reveal())
    if _FORM.fullmatch(symbols) is None:
        return Form.LASTING
    if check_symbol(symbols[:-1]) != symbols[-1]:
        return Form.MISTYPED_TEMPORARY
    return Form.TEMPORARY


def typed_temporary(typed: Hidden, /) -> Hidden:
    """Return the canonical spelling of a typed temporary password, as it is hashed."""
    return Hidden(tidy_symbols(typed.reveal()))


def fingerprints(
    typed: Hidden, /, *, account: AccountId, keys: KeyRing
) -> tuple[str, ...]:
    """Return 16 keyed bits of a temporary password, one for each key, newest first.

    They tell support which of several mails a person typed from. Sixteen bits are too
    few to help whoever has the database *and* a key: 44 remain behind Argon2.
    """
    message = f"{len(account)}:{account}:{tidy_symbols(typed.reveal())}".encode(
        "utf-8", "surrogatepass"
    )
    return tuple(
        hmac.digest(key, message, "sha256")[:2].hex()
        for key in keys.derived("temporary-fingerprint")
    )
