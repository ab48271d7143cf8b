"""Keys by name and age: one signs, all still verify.

`KeyRing(current, *older)`: the newest key comes first and is named, because libraries
disagree on the order of a bare list. Rotating is putting a new key in front; a key
is dropped once the longest-lived link it signed has expired.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import NoReturn

from itsdangerous import Signer

from securelogin.errors import WiringError

__all__ = ["KEY_BYTES", "KeyRing"]

KEY_BYTES = 32
"""Shortest key in bytes (ASVS 11.2.3 asks for 16; RFC 2104 for the digest's length)."""

# Digests of the keys that stand in our own documentation (decoded): whoever copied
# one has no secret.
_SAMPLES = frozenset(
    {"c9aab4dc0bf7e8bcb7d85fb5d4c7ed8e2eb4bb0c7a9c6b0ec3b6a6e6c2f0a111"}
)
_FEWEST_DIFFERENT = 10
_KEY_TEXT = re.compile(r"[A-Za-z0-9_-]{43,}={0,2}", re.ASCII)


class KeyRing:
    """Signing keys, newest first.

    Args:
        current: signs from now on. 32 bytes or more from `secrets.token_bytes`, or
            the text that `KeyRing.new_key()` gives.
        older: still verify what they signed.

    Raises:
        WiringError: a key is too short, guessable, a documented sample, or there
            twice (threats E02, C49, C51, F-15, F-75).

    Safe to share between threads.
    """

    __slots__ = ("__derived", "__keys", "__signers")

    def __init__(self, current: bytes | str, /, *older: bytes | str) -> None:
        # So that it can be shown, in a traceback, before it is whole.
        self.__keys: tuple[bytes, ...] = ()
        keys = tuple(_key_bytes(key) for key in (current, *older))
        # order matters: no frame may still hold a key when the error is raised
        # (test_keyring: a refused key is in no traceback).
        del current, older
        problem = _problem_of(keys)
        if problem:
            del keys
            raise WiringError(
                problem,
                setting="KeyRing(current, *older)",
                cure="Make one with KeyRing.new_key(); keep it in your secret store.",
            )
        self.__keys = keys
        self.__signers: dict[str, Signer] = {}
        self.__derived: dict[str, tuple[bytes, ...]] = {}

    @staticmethod
    def new_key() -> str:
        """Make a key, as text for a secret store or an environment variable."""
        return urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode("ascii")

    def derived(self, purpose: str, /) -> tuple[bytes, ...]:
        """Return one key a purpose, newest first (HMAC-SHA-256; NIST SP 800-108).

        Results are kept: call it only with purposes fixed in code.
        """
        found = self.__derived.get(purpose)
        if found is None:
            info = b"securelogin." + purpose.encode("utf-8")
            found = tuple(hmac.digest(key, info, "sha256") for key in self.__keys)
            self.__derived[purpose] = found
        return found

    def signer(self, salt: str, /) -> Signer:
        """Return the itsdangerous signer for *salt*: HMAC-SHA-256, all keys.

        Signers are kept: call it only with salts made of configured names.
        """
        found = self.__signers.get(salt)
        if found is None:
            # itsdangerous derives keys at each call; its "hmac" derivation done once
            # is the same signature (test_keyring: E06). It wants the oldest key first
            # and signs with the last one.
            info = b"securelogin." + salt.encode("utf-8")
            found = Signer(
                [hmac.digest(key, info, "sha256") for key in reversed(self.__keys)],
                sep=".",
                key_derivation="none",
                digest_method=hashlib.sha256,
            )
            self.__signers[salt] = found
        return found

    def stand_in(self, text: str, /) -> str:
        """Return the id under which an unknown *text* is asked for.

        Keyed, so that nobody can compute it; always the same for one text, so that
        asking twice looks as it does for an account. 22 characters, as ids have.
        """
        return self.stand_ins(text)[0]

    def stand_ins(self, text: str, /) -> tuple[str, str]:
        """Return two independent such ids, for the price of one."""
        digest = hmac.digest(
            self.derived("stand-in")[0], text.encode("utf-8", "surrogatepass"), "sha256"
        )
        return _id_of(digest[:16]), _id_of(digest[16:])

    def __len__(self) -> int:
        return len(self.__keys)

    def __repr__(self) -> str:
        return f"KeyRing(<{len(self)} hidden>)"

    def __reduce_ex__(self, protocol: object, /) -> NoReturn:
        message = (
            "keys cannot be pickled; hand each process its own from the secret store"
        )
        raise TypeError(message)


def _id_of(raw: bytes) -> str:
    return urlsafe_b64encode(raw)[:-2].decode("ascii")


def _key_bytes(key: object) -> bytes:
    if isinstance(key, bytes):
        return bytes(key)
    # Exactly what new_key() writes: a lenient decoder would take a sentence for a key.
    is_made = isinstance(key, str) and _KEY_TEXT.fullmatch(key) is not None
    if not isinstance(key, str) or not is_made or key in {key.lower(), key.upper()}:
        return b""
    try:
        return urlsafe_b64decode(key.rstrip("=") + "=" * (-len(key.rstrip("=")) % 4))
    except ValueError:
        return b""


def _problem_of(keys: tuple[bytes, ...]) -> str:
    if any(len(key) < KEY_BYTES for key in keys):
        return f"a key has at least {KEY_BYTES} random bytes."
    if any(_is_guessable(key) for key in keys):
        return "this key was typed or copied from an example, not made at random."
    if len(set(keys)) != len(keys):
        return "the same key stands there twice."
    return ""


def _is_guessable(key: bytes) -> bool:
    # 32 random bytes are all ASCII once in 2**32 keys: such a key was typed.
    return (
        key.isascii()
        or len(set(key)) < _FEWEST_DIFFERENT
        or hashlib.sha256(key).hexdigest() in _SAMPLES
    )
