"""How often is too often: what is counted, and when it is too much.

Everything is counted *before* it is checked, so that guesses in flight cannot exceed a
limit, and by the canonical address key, so that spelling does not help (threats C29,
C42, C67, F-08). The limit of an address is silent: same answer, same work. Counting
knows nothing of accounts: unknown addresses are limited like known ones (C07, F-58).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from securelogin.accounts import AccountId
from securelogin.addresses import AddressKey
from securelogin.attempts import Client, Form
from securelogin.evidence import Count, CounterKey, Windows
from securelogin.keyring import KeyRing
from securelogin.policy import Limits

__all__ = [
    "address_counts",
    "cleared_by_login",
    "cleared_by_mailed_proof",
    "hits_of",
    "is_locked",
    "is_too_often",
    "login_counts",
    "reset_counts",
    "windows_of",
]

# Failures in a row are counted over a year: a window that long forgets nothing that a
# guesser could wait for, and lets a store drop what nobody touched.
_CONSECUTIVE = timedelta(days=365)
_RESET_WINDOW = timedelta(hours=1)
_ADDRESS_WINDOW = timedelta(hours=1)
_FORGOTTEN_LATER = 10


def login_counts(
    *, client: Client, key: AddressKey, form: Form, limits: Limits, keys: KeyRing
) -> tuple[Count, ...]:
    """Return what a log-in is counted by: source, address, failures in a row.

    Lasting and temporary passwords are counted apart: whoever floods the one cannot
    close the other, which is the way back (threats C74, F-53).
    """
    temporary = form is Form.TEMPORARY
    tries, in_a_row = keys.stand_ins(f"tries {temporary} {_text(key)}")
    return (
        Count(
            key=_key("source", client.source, keys=keys),
            window=limits.window,
            most=limits.source_tries,
        ),
        Count(
            key=CounterKey(tries),
            window=limits.window,
            most=limits.temporary_tries if temporary else limits.tries,
        ),
        Count(
            key=CounterKey(in_a_row),
            window=_CONSECUTIVE,
            most=None if temporary else limits.consecutive,
        ),
    )


def reset_counts(
    *, client: Client, key: AddressKey, limits: Limits, keys: KeyRing
) -> tuple[Count, ...]:
    """Return what "Forgot your password" is counted by: source and address."""
    return (
        Count(
            key=_key("reset source", client.source, keys=keys),
            window=_RESET_WINDOW,
            most=limits.source_resets,
        ),
        Count(
            key=_key("reset", _text(key), keys=keys),
            window=_RESET_WINDOW,
            most=limits.resets,
        ),
    )


def address_counts(
    holder: AccountId, new: AddressKey, /, *, limits: Limits, keys: KeyRing
) -> tuple[Count, ...]:
    """Return what a request for a new address is counted by besides its password.

    By who asks, and by the address, which may be a stranger's: a mail goes there. Both
    go on through log-ins, which clear what tries of the password are counted by.
    """
    return tuple(
        Count(
            key=_key(kind, text, keys=keys),
            window=_ADDRESS_WINDOW,
            most=limits.address_requests,
        )
        for kind, text in (("new address of", holder), ("new address", _text(new)))
    )


def windows_of(counts: tuple[Count, ...], /) -> Windows:
    """Return what a store is asked to count together."""
    return {count.key: count.window for count in counts}


def hits_of(
    counts: tuple[Count, ...], totals: Mapping[CounterKey, int], /
) -> tuple[int, ...]:
    """Return what a store has counted, in the order of *counts*."""
    return tuple(totals[count.key] for count in counts)


def is_too_often(counts: tuple[Count, ...], hits: tuple[int, ...], /) -> bool:
    """Tell whether one of the first two came too often within its window."""
    return any(
        count.most is not None and total > count.most
        for count, total in zip(counts[:2], hits[:2], strict=True)
    )


def is_locked(counts: tuple[Count, ...], hits: tuple[int, ...], /) -> bool:
    """Tell whether too many failures in a row have disabled the lasting password."""
    (count,), (total,) = counts[2:], hits[2:]
    return count.most is not None and total > count.most


def cleared_by_login(
    counts: tuple[Count, ...], hits: tuple[int, ...], /
) -> tuple[CounterKey, ...]:
    """Return what a right password clears: never the source's count (threats C32).

    Nor anything while there is little to forget: most log-ins get in at the first try,
    and need no write for it. So failures in a row may stand for up to a tenth of what
    is allowed, from log-ins of other days; they are fewer than allowed, never more.
    """
    in_window, in_a_row = counts[1:]
    tries, row = hits[1:]
    if tries <= 1 and row <= max(1, (in_a_row.most or 0) // _FORGOTTEN_LATER):
        return ()
    both = ((in_window, tries), (in_a_row, row))
    return tuple(count.key for count, total in both if total > 1)


def cleared_by_mailed_proof(
    addresses: Iterable[AddressKey], /, *, limits: Limits, keys: KeyRing
) -> tuple[CounterKey, ...]:
    """Return what a completed change clears: all counts of the account's addresses.

    A redeemed temporary password binds the lasting one anew (NIST 800-63B-4 3.2.2).
    """
    return tuple(
        count.key
        for key in addresses
        for form in (Form.LASTING, Form.TEMPORARY)
        for count in login_counts(
            client=Client(), key=key, form=form, limits=limits, keys=keys
        )[1:]
    )


def _text(key: AddressKey) -> str:
    return f"{key.tenant} {key.value}"


def _key(kind: str, text: str, *, keys: KeyRing) -> CounterKey:
    return CounterKey(keys.stand_in(f"{kind} {text}"))
