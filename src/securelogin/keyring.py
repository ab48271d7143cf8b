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
from binascii import b2a_base64
from typing import NoReturn

from itsdangerous.signer import Signer, SigningAlgorithm

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
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_KEY_TEXT = re.compile(r"[A-Za-z0-9_-]{43,}={0,2}", re.ASCII)


class _HMACSHA256(SigningAlgorithm):
    """itsdangerous's own HMAC in one call, which costs a third (RFC 2104)."""

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        """Return the HMAC-SHA-256 of *value*."""
        return hmac.digest(key, value, "sha256")


def _begun(key: bytes) -> hmac.HMAC:
    """Return HMAC-SHA-256 with the key taken in, which costs as much as a message."""
    return hmac.new(key, digestmod="sha256")


def _ended(begun: hmac.HMAC, value: bytes) -> bytes:
    """Return the HMAC of *value*; *begun* may be used any number of times, at once."""
    mac = begun.copy()
    mac.update(value)
    return mac.digest()


class _Signer(Signer):
    """itsdangerous's signer, which verifies in one step what it signed itself."""

    def __init__(self, keys: list[bytes]) -> None:
        super().__init__(
            [*keys],
            sep=".",
            key_derivation="none",
            digest_method=hashlib.sha256,
            algorithm=_HMACSHA256(),
        )
        self._newest_first = [_begun(key) for key in reversed(keys)]

    def verify_signature(self, value: str | bytes, sig: str | bytes) -> bool:
        """Tell whether one of the keys signed *value*; only canonical base64 does."""
        if isinstance(value, str):
            value = value.encode("utf-8", "surrogatepass")
        if isinstance(sig, str):
            sig = sig.encode("utf-8", "surrogatepass")
        found = False
        for begun in self._newest_first:
            made = b2a_base64(_ended(begun, value), newline=False)
            # As itsdangerous writes it: URL-safe, without padding.
            found |= hmac.compare_digest(made.translate(_URL_SAFE)[:-1], sig)
        return found


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

    __slots__ = ("__derived", "__keys", "__signers", "__stand_in")

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
        self.__stand_in = _begun(self.derived("stand-in")[0])

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
            found = _Signer(
                [hmac.digest(key, info, "sha256") for key in reversed(self.__keys)]
            )
            self.__signers[salt] = found
        return found

    def stand_in(self, text: str, /) -> str:
        """Return the id under which an unknown *text* is asked for.

        Keyed, so that nobody can compute it; always the same for one text, so that
        asking twice looks as it does for an account. 22 characters, as ids have.
        """
        return _id_of(self._keyed(text)[:16])

    def stand_ins(self, text: str, /) -> tuple[str, str]:
        """Return two independent such ids, for the price of one."""
        digest = self._keyed(text)
        return _id_of(digest[:16]), _id_of(digest[16:])

    def all_stand_ins(self, text: str, /) -> tuple[str, ...]:
        """Return `stand_in` under each key: what was written before a rotation, too."""
        raw = text.encode("utf-8", "surrogatepass")
        return tuple(
            _id_of(hmac.digest(key, raw, "sha256")[:16])
            for key in self.derived("stand-in")
        )

    def _keyed(self, text: str) -> bytes:
        return _ended(self.__stand_in, text.encode("utf-8", "surrogatepass"))

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
    # 22 characters hold 16 bytes; the padding goes.
    return b2a_base64(raw).translate(_URL_SAFE)[:22].decode("ascii")


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
