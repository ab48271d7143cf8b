"""What hashes of other libraries look like, and how much each may cost.

Understood as they are stored: Django's, Werkzeug's and passlib's PBKDF2 and scrypt;
bcrypt, bare and in Django's and passlib's wrappings; Django's Argon2id; and, behind
`flask-security:`, any of them over Flask-Security's HMAC.

The parsers are strict: one spelling, canonical base64, salts and tags of full length
(threats C77, E07, F-39, F-40). Pure. Not in here: running them (`imported_hashes`).
Not understood on purpose: unsalted digests, and schemes whose cost cannot be read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from typing import TypeAlias, assert_never

from securelogin.errors import WiringError
from securelogin.phc import Argon2Parameters, HashBounds, decoded, parse_phc
from securelogin.several import taken

__all__ = [
    "FLASK_SECURITY_PREFIX",
    "BcryptCost",
    "ImportBounds",
    "ImportedForm",
    "ImportedHash",
    "PBKDF2Cost",
    "ScryptCost",
    "Spelling",
    "nobodys",
    "parse_imported",
]

FLASK_SECURITY_PREFIX = "flask-security:"
"""Stands before a hash that was made of Flask-Security's HMAC of the password."""

_LONGEST_STORED = 400


class Spelling(StrEnum):
    """How the other library made bytes of the password before it hashed them."""

    AS_TYPED = "as-typed"
    SHA256_HEX = "sha256-hex"
    HMAC_SHA256 = "hmac-sha256"
    FLASK_SECURITY = "flask-security"


@dataclass(frozen=True, slots=True, kw_only=True)
class PBKDF2Cost:
    """PBKDF2-HMAC (RFC 8018) with a digest and a number of iterations."""

    digest: str
    iterations: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScryptCost:
    """Scrypt (RFC 7914): N, r and p. It takes 128·N·r bytes."""

    n: int
    r: int
    p: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BcryptCost:
    """Bcrypt: the binary logarithm of its rounds."""

    log_rounds: int


ImportedCost: TypeAlias = Argon2Parameters | PBKDF2Cost | ScryptCost | BcryptCost


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedForm:
    """All that decides how long a check takes, and nothing of any one password.

    Attributes:
        length: bytes of the tag; of bcrypt, characters.
    """

    cost: ImportedCost
    spelling: Spelling
    length: int
    salt_length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedHash:
    """A parsed hash of another library."""

    form: ImportedForm
    salt: bytes = field(repr=False)
    tag: bytes = field(repr=False)


def _are_bounds(given: tuple[object, ...]) -> bool:
    numbers = tuple(bound for bound in given if type(bound) is int)
    return len(numbers) == len(given) == 2 and 0 < numbers[0] <= numbers[1]  # noqa: PLR2004 -- a pair


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportBounds:
    """How cheap and how costly an imported hash may be.

    The floors are what the libraries themselves have made for the last decade: they
    hold until the next log-in only. The ceilings keep a tampered row from costing
    seconds: about 1 s and 256 MiB a run.

    Attributes:
        iterations: fewest and most of PBKDF2.
        scrypt: fewest and most of N·r.
        scrypt_lanes: most of p.
        log_rounds: lowest and highest of bcrypt.
        argon2: for Argon2id under another library's name.

    Raises:
        WiringError: a floor lies above its ceiling, or is none.
    """

    iterations: tuple[int, int] = (10_000, 3_000_000)
    scrypt: tuple[int, int] = (2**17, 2**21)
    scrypt_lanes: int = 16
    log_rounds: tuple[int, int] = (10, 14)
    argon2: HashBounds = field(default_factory=HashBounds)

    def __post_init__(self) -> None:
        """Refuse a floor above its ceiling, or none (threats C81)."""
        for name in ("iterations", "scrypt", "log_rounds"):
            bounds = taken(getattr(self, name))
            if bounds is None or not _are_bounds(bounds):
                raise WiringError(
                    "expected (lowest, highest), both above 0.",
                    setting=f"ImportBounds({name}=…)",
                    cure="Leave it out for the default.",
                )
            object.__setattr__(self, name, bounds)

    def hold(self, cost: ImportedCost, /) -> bool:
        """Tell whether *cost* lies between floor and ceiling."""
        match cost:
            case PBKDF2Cost(iterations=iterations):
                return _between(iterations, self.iterations)
            case ScryptCost(n=n, r=r, p=p):
                # Both count: p lanes are run one after another.
                return (
                    _between(n * r, self.scrypt)
                    and p <= self.scrypt_lanes
                    and n * r * p <= self.scrypt[1]
                )
            case BcryptCost(log_rounds=rounds):
                return _between(rounds, self.log_rounds)
            case Argon2Parameters():
                return self.argon2.hold(cost)
            case _:
                assert_never(cost)


def _between(value: int, bounds: tuple[int, int]) -> bool:
    return bounds[0] <= value <= bounds[1]


# -- parsing --

_N = r"([1-9][0-9]{0,7})"
_TEXT = r"([A-Za-z0-9./+_-]{8,64})"
_B64 = r"([A-Za-z0-9+/]{22,86}={0,2})"
_DIGEST = r"(sha1|sha256|sha512)"
_BCRYPT_SALT = r"([./A-Za-z0-9]{21}[.Oeu])"
_BCRYPT_TAG = r"([./A-Za-z0-9]{30}[.CGKOSWaeimquy26])"
_BCRYPT = rf"\$2[aby]\$([0-3][0-9])\${_BCRYPT_SALT}{_BCRYPT_TAG}"


def _compiled(text: str) -> re.Pattern[str]:
    return re.compile(text, re.ASCII)


_PBKDF2_TEXT = _compiled(rf"pbkdf2_(sha1|sha256)\${_N}\${_TEXT}\${_B64}")
_PBKDF2_HEX = _compiled(rf"pbkdf2:{_DIGEST}:{_N}\${_TEXT}\$([0-9a-f]{{40,128}})")
_PBKDF2_AB64 = _compiled(
    rf"\$pbkdf2(?:-(sha256|sha512))?\${_N}\$([A-Za-z0-9./]{{11,86}})"
    r"\$([A-Za-z0-9./]{27,86})"
)
_SCRYPT_TEXT = _compiled(rf"scrypt\${_N}\${_TEXT}\${_N}\${_N}\${_B64}")
_SCRYPT_HEX = _compiled(rf"scrypt:{_N}:{_N}:{_N}\${_TEXT}\$([0-9a-f]{{64,128}})")
_SCRYPT_B64 = _compiled(
    rf"\$scrypt\$ln=([1-9][0-9]?),r={_N},p={_N}\$([A-Za-z0-9+/]{{11,86}})"
    r"\$([A-Za-z0-9+/]{22,86})"
)
_BCRYPT_BARE = _compiled(rf"(?:bcrypt\$)?{_BCRYPT}")
_BCRYPT_SHA256 = _compiled(rf"bcrypt_sha256\${_BCRYPT}")
_BCRYPT_HMAC = _compiled(
    rf"\$bcrypt-sha256\$v=2,t=2b,r=([1-3]?[0-9])\${_BCRYPT_SALT}\${_BCRYPT_TAG}"
)
_FEWEST_N = 2
_TAG_LENGTHS = {"sha1": 20, "sha256": 32, "sha512": 64}


def parse_imported(stored: str, /) -> ImportedHash | None:
    """Parse a hash of another library; None unless it is spelt exactly as there.

    Says nothing about the cost: `ImportBounds` does.
    """
    if not isinstance(stored, str) or len(stored) > _LONGEST_STORED:
        return None
    if not stored.startswith(FLASK_SECURITY_PREFIX):
        return _parse(stored)
    inner = stored.removeprefix(FLASK_SECURITY_PREFIX)
    # Flask-Security gives its HMAC to bcrypt, Argon2 and passlib's forms alike.
    parsed = _phc_argon2(inner) or _parse(inner)
    if parsed is None or parsed.form.spelling is not Spelling.AS_TYPED:
        return None
    return replace(parsed, form=replace(parsed.form, spelling=Spelling.FLASK_SECURITY))


def nobodys(stored: str, /) -> str:
    """Return a text of the same form and spelling that is no output of its function.

    To read it takes as long as to read *stored*.
    """
    # "e" may stand everywhere but at the end, where base64 and bcrypt have bits to
    # spare: so the last character is kept.
    return re.sub(r"[^$=](?=[^$=]+=*\Z)", "e", stored)


def _parse(stored: str) -> ImportedHash | None:
    for pattern, read in _READERS:
        found = pattern.fullmatch(stored)
        if found is not None:
            return read(*found.groups(default=""))
    # Django's Argon2id: its own word, then the PHC string.
    return (
        _phc_argon2(stored.removeprefix("argon2")) if stored[:7] == "argon2$" else None
    )


def _phc_argon2(stored: str) -> ImportedHash | None:
    phc = parse_phc(stored)
    if phc is None or phc.pepper:
        return None
    return _made(phc.parameters, phc.salt, phc.tag)


def _made(
    cost: ImportedCost,
    salt: bytes,
    tag: bytes | None,
    *,
    spelling: Spelling = Spelling.AS_TYPED,
) -> ImportedHash | None:
    if not salt or tag is None:
        return None
    form = ImportedForm(
        cost=cost, spelling=spelling, length=len(tag), salt_length=len(salt)
    )
    return ImportedHash(form=form, salt=salt, tag=tag)


def _pbkdf2(
    digest: str, iterations: str, salt: bytes | None, tag: bytes | None
) -> ImportedHash | None:
    if tag is None or len(tag) != _TAG_LENGTHS[digest]:
        return None
    cost = PBKDF2Cost(digest=digest, iterations=int(iterations))
    return _made(cost, salt or b"", tag)


def _scrypt(
    n: int, r: str, p: str, salt: bytes | None, tag: bytes | None
) -> ImportedHash | None:
    if n < _FEWEST_N or n & (n - 1):
        return None
    return _made(ScryptCost(n=n, r=int(r), p=int(p)), salt or b"", tag)


def _bcrypt(
    log_rounds: str, salt: str, tag: str, *, spelling: Spelling = Spelling.AS_TYPED
) -> ImportedHash | None:
    cost = BcryptCost(log_rounds=int(log_rounds))
    return _made(cost, salt.encode(), tag.encode(), spelling=spelling)


def _padded(text: str) -> bytes | None:
    # Django writes base64 with its padding, and only so.
    bare = text.rstrip("=")
    return decoded(bare) if text == bare + "=" * (-len(bare) % 4) else None


def _hex(text: str) -> bytes | None:
    return None if len(text) % 2 else bytes.fromhex(text)


def _dotted(text: str) -> bytes | None:
    return decoded(text.replace(".", "+"))


_READERS: tuple[tuple[re.Pattern[str], Callable[..., ImportedHash | None]], ...] = (
    (_PBKDF2_TEXT, lambda d, i, s, t: _pbkdf2(d, i, s.encode(), _padded(t))),
    (_PBKDF2_HEX, lambda d, i, s, t: _pbkdf2(d, i, s.encode(), _hex(t))),
    (_PBKDF2_AB64, lambda d, i, s, t: _pbkdf2(d or "sha1", i, _dotted(s), _dotted(t))),
    (_SCRYPT_TEXT, lambda n, s, r, p, t: _scrypt(int(n), r, p, s.encode(), _padded(t))),
    (_SCRYPT_HEX, lambda n, r, p, s, t: _scrypt(int(n), r, p, s.encode(), _hex(t))),
    (
        _SCRYPT_B64,
        lambda n, r, p, s, t: _scrypt(2 ** int(n), r, p, decoded(s), decoded(t)),
    ),
    (_BCRYPT_BARE, _bcrypt),
    (_BCRYPT_SHA256, partial(_bcrypt, spelling=Spelling.SHA256_HEX)),
    (_BCRYPT_HMAC, partial(_bcrypt, spelling=Spelling.HMAC_SHA256)),
)
