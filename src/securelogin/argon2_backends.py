"""What runs Argon2id: argon2-cffi always, libsodium where it is installed.

A backend turns bytes into a tag and knows nothing of PHC strings, bounds or peppers
(`phc`, `passwords`); so all of them give the same hashes and can be exchanged at any
time. Not offered: the Argon2id of `cryptography`, which hung with several threads on
several lanes.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Protocol

from argon2.exceptions import Argon2Error
from argon2.low_level import Type, hash_secret_raw

from securelogin.errors import Unavailable, WiringError
from securelogin.phc import Argon2Parameters

__all__ = ["Argon2Backend", "Argon2CFFI", "Libsodium", "default_backend"]


class Argon2Backend(Protocol):
    """What runs Argon2id.

    Must release the interpreter lock while it runs, or nothing else does meanwhile;
    `securelogin tune` and `tuning.lets_others_run` tell. Called by many threads.
    """

    def run(
        self,
        secret: bytes,
        /,
        *,
        salt: bytes,
        parameters: Argon2Parameters,
        length: int,
    ) -> bytes:
        """Return the raw tag of Argon2id version 19 (RFC 9106)."""
        ...


class Argon2CFFI:
    """The backend of the core: argon2-cffi. It wipes its memory after each run."""

    def run(
        self,
        secret: bytes,
        /,
        *,
        salt: bytes,
        parameters: Argon2Parameters,
        length: int,
    ) -> bytes:
        """Return the raw tag of Argon2id version 19.

        Raises:
            Unavailable: Argon2 could not run, mostly for lack of memory.
        """
        try:
            return hash_secret_raw(
                secret,
                salt,
                time_cost=parameters.passes,
                memory_cost=parameters.memory,
                parallelism=parameters.lanes,
                hash_len=length,
                type=Type.ID,
            )
        except (Argon2Error, MemoryError) as error:
            kind = type(error).__name__
        del secret
        raise Unavailable(kind, adapter=type(self).__name__, verb="run")


class Libsodium:
    """libsodium by PyNaCl (extra `fast`), with whatever vectors the processor has.

    It can do one lane, 16 bytes of salt and a tag of 16 bytes or more. What else a
    stored hash may ask for is run by argon2-cffi, with the same result. It gives its
    memory back to the system after each run, which clears it before anybody has it.

    Raises:
        WiringError: PyNaCl is not installed.
    """

    def __init__(self) -> None:
        if find_spec("nacl") is None:
            raise WiringError(
                "PyNaCl is not installed.",
                setting="Libsodium()",
                cure="pip install 'securelogin[fast]'",
            )
        from nacl import bindings  # noqa: PLC0415 -- an extra

        self._run = bindings.crypto_pwhash_alg
        self._algorithm = bindings.crypto_pwhash_ALG_ARGON2ID13
        self._salt = bindings.crypto_pwhash_SALTBYTES
        self._shortest = bindings.crypto_pwhash_BYTES_MIN
        self._least_memory = bindings.crypto_pwhash_argon2id_MEMLIMIT_MIN // 1_024
        self._least_passes = bindings.crypto_pwhash_argon2id_OPSLIMIT_MIN
        self._rest = Argon2CFFI()

    def fits(
        self, parameters: Argon2Parameters, /, *, salt: bytes, length: int
    ) -> bool:
        """Tell whether libsodium itself can run this."""
        return (
            parameters.lanes == 1
            and parameters.memory >= self._least_memory
            and parameters.passes >= self._least_passes
            and len(salt) == self._salt
            and length >= self._shortest
        )

    def run(
        self,
        secret: bytes,
        /,
        *,
        salt: bytes,
        parameters: Argon2Parameters,
        length: int,
    ) -> bytes:
        """Return the raw tag of Argon2id version 19.

        Raises:
            Unavailable: Argon2 could not run, mostly for lack of memory.
        """
        if not self.fits(parameters, salt=salt, length=length):
            return self._rest.run(
                secret, salt=salt, parameters=parameters, length=length
            )
        try:
            return self._run(
                length,
                secret,
                salt,
                parameters.passes,
                parameters.memory * 1_024,
                self._algorithm,
            )
        except (RuntimeError, MemoryError) as error:
            # PyNaCl's error is a RuntimeError too; its frame holds the secret.
            kind = type(error).__name__
        del secret
        raise Unavailable(kind, adapter=type(self).__name__, verb="run")


def default_backend() -> Argon2Backend:
    """Return libsodium where PyNaCl is installed, else argon2-cffi."""
    try:
        return Libsodium()
    except WiringError:
        return Argon2CFFI()
