"""What may be read at once where one place holds all of it; otherwise, verb by verb.

Whoever puts another in the place of a joined part is asked by that part's own verbs:
each of these names the very objects whose rows it reads.
"""

from __future__ import annotations

from typing import Protocol

from securelogin.accounts import AccountId
from securelogin.addresses import AddressKey
from securelogin.evidence import LoginRows
from securelogin.links import LinkId
from securelogin.sessions import SessionDigest, SessionRows

__all__ = ["AsyncLoginReads", "AsyncSessionReads", "LoginReads", "SessionReads"]


class LoginReads(Protocol):
    """Read what a log-in is judged by at once, where one place holds all three."""

    @property
    def joins(self) -> tuple[object, object, object]:
        """The accounts, credentials and links that are read.

        Whoever puts another in the place of one of them is asked verb by verb.
        """
        ...

    def read(self, key: AddressKey, stand_in: AccountId, link: LinkId, /) -> LoginRows:
        """Return `find(key)`, `get` of its holder, `get(link)`.

        In the same steps whether anything is found or not: where nobody holds the key,
        look up the stand-in, or somebody else, and give no credential.
        """
        ...


class AsyncLoginReads(Protocol):
    """`LoginReads`, awaited."""

    @property
    def joins(self) -> tuple[object, object, object]: ...

    async def read(
        self, key: AddressKey, stand_in: AccountId, link: LinkId, /
    ) -> LoginRows: ...


class SessionReads(Protocol):
    """Read what a session is judged by at once, where one place holds all three."""

    @property
    def joins(self) -> tuple[object, object, object]:
        """The sessions, accounts and credentials that are read.

        Whoever puts another in the place of one of them is asked verb by verb.
        """
        ...

    def read(self, digest: SessionDigest, /) -> SessionRows | None:
        """Return `get(digest)`, and `get` of its account and of that one's generation.

        None without such a session. Never older than the newest `replace` that has
        returned, of any of the three: what ends a session holds from then on.
        """
        ...


class AsyncSessionReads(Protocol):
    """`SessionReads`, awaited."""

    @property
    def joins(self) -> tuple[object, object, object]: ...

    async def read(self, digest: SessionDigest, /) -> SessionRows | None: ...
