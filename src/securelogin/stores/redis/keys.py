"""What things are called in Redis.

In a cluster a script may touch keys of one slot only, and the part of a key in braces
decides the slot. Beginning a session writes the session and the set of the account's
sessions, and a session is looked for by nothing but its digest: so all sessions of a
store share one slot. Counters spread over the cluster, and there each is a script of
its own; a single server counts all of an attempt in one.
"""

from __future__ import annotations

import re

from securelogin.accounts import AccountId
from securelogin.errors import WiringError
from securelogin.evidence import CounterKey
from securelogin.sessions import SessionDigest

__all__ = ["Keys"]

# No braces: they would decide the slot.
_PREFIX = re.compile(r"[A-Za-z0-9_.:-]{1,64}", re.ASCII)


class Keys:
    """The keys of one store.

    Raises:
        WiringError: the prefix is unfit.
    """

    def __init__(self, prefix: str, /) -> None:
        if not isinstance(prefix, str) or _PREFIX.fullmatch(prefix) is None:
            raise WiringError(
                "that is no prefix for keys.",
                setting="prefix",
                cure="Use up to 64 of a-z, A-Z, 0-9, colon, dot, dash, underscore.",
            )
        self._counter = f"{prefix}:counter:"
        self._held = f"{prefix}:held:{{{prefix}}}:"
        self._session = f"{prefix}:session:{{{prefix}}}:"
        self.any_session: bytes = _exactly(self._session)

    def counter(self, key: CounterKey, /) -> bytes:
        """Return the key of a counter."""
        return _exactly(self._counter + key)

    def held(self, account: AccountId, /) -> bytes:
        """Return the key of the set of an account's sessions that have not ended."""
        return _exactly(self._held + account)

    def session(self, digest: SessionDigest, /) -> bytes:
        """Return the key of a session: `any_session`, then the digest."""
        return _exactly(self._session + digest)


def _exactly(text: str) -> bytes:
    # Bytes, so that no client's own encoding has a say; half a pair of surrogates is
    # a text too, and a key like any other.
    return text.encode("utf-8", "surrogatepass")
