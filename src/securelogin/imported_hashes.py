"""Check passwords against hashes of other libraries, until their owners log in.

One run decides, as with our own; the log-in then replaces the hash by Argon2id. The
cost is held between a floor and a ceiling *before* anything is run (threats C77, C81,
E07, F-39, F-40). Not in here: making such hashes.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from base64 import b64encode
from collections.abc import Callable
from importlib.util import find_spec
from typing import NoReturn, assert_never

from securelogin.errors import Unavailable, WiringError
from securelogin.hidden import Hidden
from securelogin.imported_forms import (
    BcryptCost,
    ImportBounds,
    ImportedForm,
    ImportedHash,
    PBKDF2Cost,
    ScryptCost,
    Spelling,
    parse_imported,
)
from securelogin.phc import Argon2Parameters, encoded

__all__ = ["ImportedHashes", "imported_stand_in", "run_imported"]

_MOST_BCRYPT = 72
_FOR_BCRYPT = str.maketrans(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
)
_BCRYPT_SALT_BYTES = 16


class ImportedHashes:
    """Take hashes that other libraries have made, until their owners log in.

    Args:
        flask_security_salt: the old portal's `SECURITY_PASSWORD_SALT`, for hashes
            behind `flask-security:`.
        bounds: how cheap and how costly such a hash may be.

    Raises:
        WiringError: the salt is not `Hidden`.

    Never changes; safe to share between threads.
    """

    def __init__(
        self,
        *,
        flask_security_salt: Hidden | None = None,
        bounds: ImportBounds | None = None,
    ) -> None:
        if flask_security_salt is not None and not isinstance(
            flask_security_salt, Hidden
        ):
            del flask_security_salt
            raise WiringError(
                "the salt keys an HMAC: it is a secret.",
                setting="ImportedHashes(flask_security_salt=…)",
                cure="Pass Hidden(os.environ[…]).",
            )
        self._salt = flask_security_salt
        self._bounds = bounds or ImportBounds()
        self._has_bcrypt = find_spec("bcrypt") is not None

    def read(self, stored: str, /) -> ImportedHash | None:
        """Parse a stored hash; None for what cannot be checked here.

        That is: an unknown form, a cost out of bounds, bcrypt without the extra, or
        Flask-Security's without its salt.
        """
        parsed = parse_imported(stored)
        if parsed is None or not self._bounds.hold(parsed.form.cost):
            return None
        if parsed.form.spelling is Spelling.FLASK_SECURITY and self._salt is None:
            return None
        if isinstance(parsed.form.cost, BcryptCost) and not self._has_bcrypt:
            return None
        return parsed

    def spelt(self, password: Hidden, /, *, against: ImportedHash) -> bytes | None:
        """Return the bytes that the other library hashed; None if it could not have.

        Bcrypt does not see what follows byte 72 or a NUL. What it does not see must
        not open anything, so such passwords are nobody's (threats C80).
        """
        if against.form.spelling is Spelling.FLASK_SECURITY:
            # Bcrypt cuts these 88 characters, there as here: every character of the
            # password is in the 432 bits that remain.
            return self._flask_security(password)[: _cut(against)]
        made = _spelt(password.reveal().encode(), against)
        unseen = len(made) > _MOST_BCRYPT or b"\0" in made
        return None if isinstance(against.form.cost, BcryptCost) and unseen else made

    def _flask_security(self, password: Hidden) -> bytes:
        salt = "" if self._salt is None else self._salt.reveal()
        # SECURITY_PASSWORD_NORMALIZE_FORM is NFKD unless the old portal changed it.
        typed = unicodedata.normalize("NFKD", password.reveal()).encode()
        return b64encode(hmac.digest(salt.encode(), typed, "sha512"))

    def __repr__(self) -> str:
        return f"ImportedHashes({self._bounds})"

    def __reduce_ex__(self, protocol: object, /) -> NoReturn:
        message = "it may hold a secret: make one in each process"
        raise TypeError(message)


def _cut(against: ImportedHash) -> int | None:
    return _MOST_BCRYPT if isinstance(against.form.cost, BcryptCost) else None


def _spelt(typed: bytes, against: ImportedHash) -> bytes:
    if against.form.spelling is Spelling.SHA256_HEX:
        return hashlib.sha256(typed).hexdigest().encode()
    if against.form.spelling is Spelling.HMAC_SHA256:
        return b64encode(hmac.digest(against.salt, typed, "sha256"))
    return typed


def imported_stand_in(
    form: ImportedForm, /, *, random: Callable[[int], bytes]
) -> ImportedHash:
    """Return a hash of this form that no password matches: its tag is no output."""
    is_bcrypt = isinstance(form.cost, BcryptCost)
    salt = (
        encoded(random(_BCRYPT_SALT_BYTES)).translate(_FOR_BCRYPT).encode()
        if is_bcrypt
        else random(form.salt_length)
    )
    return ImportedHash(form=form, salt=salt, tag=bytes(form.length))


def run_imported(
    spelt: bytes,
    /,
    *,
    against: ImportedHash,
    argon2: Callable[[bytes, Argon2Parameters], bytes],
) -> bytes:
    """Return the tag for a password in the spelling of *against*.

    *argon2* runs Argon2id: which backend does is the portal's choice.

    Raises:
        Unavailable: it could not run, mostly for lack of memory.
    """
    salt, length = against.salt, against.form.length
    match against.form.cost:
        case PBKDF2Cost(digest=digest, iterations=iterations):
            return hashlib.pbkdf2_hmac(digest, spelt, salt, iterations, dklen=length)
        case ScryptCost() as cost:
            return _scrypt(spelt, cost, salt=salt, length=length)
        case BcryptCost(log_rounds=rounds):
            return _bcrypt(spelt, b"$2b$%02d$%b" % (rounds, salt))
        case Argon2Parameters() as cost:
            return argon2(spelt, cost)
        case _:
            assert_never(against.form.cost)


def _scrypt(spelt: bytes, cost: ScryptCost, *, salt: bytes, length: int) -> bytes:
    # What it takes (RFC 7914), and as much again for OpenSSL's own.
    most = 256 * cost.r * (cost.n + cost.p) + 2**20
    try:
        return hashlib.scrypt(
            spelt, salt=salt, n=cost.n, r=cost.r, p=cost.p, maxmem=most, dklen=length
        )
    except (MemoryError, ValueError) as error:
        kind = type(error).__name__
    del spelt
    raise Unavailable(kind, adapter="scrypt", verb="run")


def _bcrypt(spelt: bytes, settings: bytes) -> bytes:
    import bcrypt  # noqa: PLC0415 -- an extra

    return bcrypt.hashpw(spelt, settings)[len(settings) :]
