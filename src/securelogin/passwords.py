"""Hashing and checking passwords with Argon2id, usable alone.

A password is taken as it was typed, but for Unicode's canonical composition (NFC,
NIST SP 800-63B-4 3.1.1.2; ASVS 6.2.8 with this one deviation, threats X1). Not in
here: which passwords are good enough (`rules.password_change`) and how many run at
once (`hashing`).
"""

from __future__ import annotations

import hmac
import secrets
import unicodedata
from base64 import b64encode
from collections.abc import Callable, Iterable
from enum import Enum, StrEnum
from typing import NoReturn, TypeAlias

from securelogin.accounts import AccountId
from securelogin.argon2_backends import Argon2Backend, default_backend
from securelogin.errors import WiringError
from securelogin.hidden import Hidden
from securelogin.imported_forms import ImportedForm, ImportedHash, nobodys
from securelogin.imported_hashes import (
    ImportedHashes,
    imported_stand_in,
    run_imported,
)
from securelogin.keyring import KeyRing
from securelogin.mix import Mix
from securelogin.phc import (
    RECOMMENDED,
    SALT_BYTES,
    TAG_BYTES,
    Argon2Parameters,
    HashBounds,
    PHCHash,
    parse_phc,
)
from securelogin.random_bytes import full_draws

__all__ = [
    "LONGEST_PASSWORD",
    "Decoy",
    "HashForm",
    "Match",
    "PasswordHasher",
    "canonical_password",
]

LONGEST_PASSWORD = 1_024
"""Code points; counted before normalising, which is what costs (threats C14, C15)."""


class Match(StrEnum):
    """What came of checking a secret against a stored hash."""

    RIGHT = "right"
    WRONG = "wrong"
    HASH_UNUSABLE = "hash_unusable"
    NOT_RUN = "not_run"


class Decoy(Enum):
    """What is run where there is no usable hash.

    A temporary password lives for hours: its hash is always of today's parameters,
    and so must be what stands in for it.
    """

    OF_MIX = "of-mix"
    OF_TODAY = "of-today"


HashForm: TypeAlias = Argon2Parameters | ImportedForm
_Stored: TypeAlias = PHCHash | ImportedHash
_MadeUp: TypeAlias = tuple[_Stored, str]


def canonical_password(password: Hidden, /) -> bytes | None:
    """Return the bytes that are hashed, or None for what nobody can have set.

    None for nothing, more than 1,024 code points, and lone surrogates. Everything else
    is kept: blanks at the ends, NUL, joiners, case (ASVS 6.2.5, 6.2.8; F-20 to F-24).
    """
    if not 0 < len(password.reveal()) <= LONGEST_PASSWORD:
        return None
    try:
        return unicodedata.normalize("NFC", password.reveal()).encode("utf-8")
    except UnicodeEncodeError:
        # Its .object is the password: it ends here (threats E10, F-37).
        return None


class PasswordHasher:
    """Hash passwords and check them; one run for each call, whatever comes.

    Args:
        parameters: cost of new hashes; refused below OWASP's floor.
        backend: what runs Argon2id; by default libsodium where PyNaCl is installed
            (extra `fast`), else argon2-cffi. Their hashes are the same.
        pepper: keys applied before Argon2 (HMAC-SHA-256, bound to the account, so
            that a hash copied to another row opens nothing; threats F-42). New hashes
            take the newest key, older ones still verify and ask for a rehash.
        bounds: how cheap and how costly a stored hash may be.
        imported: takes hashes of other libraries, until their owners log in; without
            it, they are unusable. No pepper is in them.
        random: source of salts.

    Raises:
        WiringError: `parameters` lie outside `bounds`.
        AdapterError: *random* does not give as many bytes as it is asked for.

    Safe to share between threads.
    """

    def __init__(
        self,
        parameters: Argon2Parameters = RECOMMENDED,
        *,
        backend: Argon2Backend | None = None,
        pepper: KeyRing | None = None,
        bounds: HashBounds | None = None,
        imported: ImportedHashes | None = None,
        random: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self.parameters = parameters
        self._bounds = bounds or HashBounds()
        if not self._bounds.hold(parameters):
            raise WiringError(
                f"{parameters} is below the floor or above the ceiling.",
                setting="PasswordHasher(parameters)",
                cure="Use RECOMMENDED, or a line of OWASP's table (OWASP_FLOOR).",
            )
        self._backend = backend or default_backend()
        self._imported = imported
        self._random = full_draws(random)
        self._peppers = _peppers(pepper)
        self._stand_in = PHCHash.stand_in(
            parameters,
            salt=self._random(SALT_BYTES),
            pepper=next(iter(self._peppers), ""),
        )
        # What a hash of today begins with: method, parameters, pepper.
        self._stand_in_text = self._stand_in.text()
        self._head = self._stand_in_text.rpartition("$")[0].rpartition("$")[0] + "$"
        self._decoys: tuple[Mix[HashForm], dict[HashForm, _MadeUp]] = (Mix(), {})

    @property
    def mix(self) -> Mix[HashForm]:
        """The forms that unknown addresses follow; empty: today's parameters only."""
        return self._decoys[0]

    def follow(self, hashes: Iterable[str], /) -> None:
        """Let unknown addresses behave as these stored hashes do, in proportion.

        What cannot be read counts as nothing. Replaces the mix in one step; safe while
        others check.
        """
        texts: dict[HashForm, str] = {}
        forms = []
        for stored in hashes:
            found = self._read(stored)
            if found is not None:
                form = _form_of(found)
                forms.append(form)
                texts.setdefault(form, stored)
        mix = Mix(forms)
        self._decoys = (
            mix,
            {form: self._made_up(form, texts[form]) for form in mix.counts},
        )

    @property
    def takes_imported(self) -> bool:
        """Whether hashes of other libraries are taken, which cost another time."""
        return self._imported is not None

    @property
    def pepper_ids(self) -> tuple[str, ...]:
        """The id of each pepper, newest first, as it stands in hashes (`keyid=`).

        It says nothing of the key.
        """
        return tuple(self._peppers)

    @property
    def backend(self) -> Argon2Backend:
        """What runs Argon2id here."""
        return self._backend

    def hash(self, password: Hidden, /, *, account: AccountId) -> str:
        """Return a new PHC string for *password*.

        Raises:
            ValueError: the password is empty, has more than 1,024 code points or holds
                lone surrogates; the rules refuse such a one before.
            Unavailable: Argon2 could not run.
        """
        if canonical_password(password) is None:
            message = "this password cannot be hashed; judge it before"
            raise ValueError(message)
        pepper = next(iter(self._peppers), "")
        salt = self._random(SALT_BYTES)
        tag = self._run(password, account=account, salt=salt, pepper=pepper)
        return PHCHash(
            parameters=self.parameters, salt=salt, tag=tag, pepper=pepper
        ).text()

    def check(
        self,
        password: Hidden,
        /,
        *,
        stored: str | None,
        account: AccountId,
        decoy: Decoy = Decoy.OF_MIX,
    ) -> Match:
        """Check *password* against a stored hash, in one run of its function.

        Without a usable hash, or for a password that cannot be one, the same work is
        done against a hash that nothing matches: the one that *account* stands for in
        the mix (threats C03, C16, C79, F-19). Which one is found for every call.
        """
        made_up, text = self._decoy(account, decoy)
        # Parsing takes time too, and each form its own: so there is always something
        # to parse, of the form that is run.
        found = self._read(text if stored is None else stored)
        against = made_up if stored is None or found is None else found
        if isinstance(against, ImportedHash):
            fits = self._fits_imported(password, against)
        else:
            fits = self._fits(password, against, account=account)
        if found is None:
            return Match.HASH_UNUSABLE
        return Match.RIGHT if fits and stored is not None else Match.WRONG

    def _read(self, stored: str) -> _Stored | None:
        parsed = parse_phc(stored)
        if parsed is None:
            return None if self._imported is None else self._imported.read(stored)
        usable = self._bounds.hold(parsed.parameters) and (
            not parsed.pepper or parsed.pepper in self._peppers
        )
        return parsed if usable else None

    def _decoy(self, account: AccountId, decoy: Decoy) -> _MadeUp:
        mix, made_up = self._decoys
        form = mix.choose(account)
        if form is None or decoy is Decoy.OF_TODAY:
            return self._stand_in, self._stand_in_text
        return made_up[form]

    def _made_up(self, form: HashForm, text: str) -> _MadeUp:
        if isinstance(form, ImportedForm):
            # Nobody's hash stays here for longer than it is read.
            return imported_stand_in(form, random=self._random), nobodys(text)
        stand_in = PHCHash.stand_in(
            form, salt=self._random(SALT_BYTES), pepper=self._stand_in.pepper
        )
        return stand_in, stand_in.text()

    def _fits(self, password: Hidden, against: PHCHash, *, account: AccountId) -> bool:
        tag = self._run(
            password,
            account=account,
            salt=against.salt,
            pepper=against.pepper,
            parameters=against.parameters,
            length=len(against.tag),
        )
        same = hmac.compare_digest(tag, against.tag)
        return same and canonical_password(password) is not None

    def _fits_imported(self, password: Hidden, against: ImportedHash) -> bool:
        spelt = None
        if self._imported is not None and canonical_password(password) is not None:
            spelt = self._imported.spelt(password, against=against)
        tag = run_imported(
            b"" if spelt is None else spelt,
            against=against,
            argon2=lambda secret, cost: self._backend.run(
                secret, salt=against.salt, parameters=cost, length=len(against.tag)
            ),
        )
        return hmac.compare_digest(tag, against.tag) and spelt is not None

    def takes(self, stored: str, /) -> bool:
        """Tell whether `check` can use this stored hash: its form and its cost."""
        return self._read(stored) is not None

    def needs_rehash(self, stored: str, /) -> bool:
        """Tell whether a hash was made with other parameters or an older pepper."""
        return not stored.startswith(self._head)

    def _run(
        self,
        password: Hidden,
        *,
        account: AccountId,
        salt: bytes,
        pepper: str,
        parameters: Argon2Parameters | None = None,
        length: int = TAG_BYTES,
    ) -> bytes:
        return self._backend.run(
            self._peppered(password, account=account, pepper=pepper),
            salt=salt,
            parameters=parameters or self.parameters,
            length=length,
        )

    def _peppered(self, password: Hidden, *, account: AccountId, pepper: str) -> bytes:
        if not pepper:
            return canonical_password(password) or b""
        # The account's length is said first, so that no two pairs of account and
        # password give the same message.
        bound = f"{len(account)}:{account}:".encode()
        return hmac.digest(
            self._peppers[pepper],
            bound + (canonical_password(password) or b""),
            "sha256",
        )

    def __repr__(self) -> str:
        return f"PasswordHasher({self.parameters})"

    def __reduce_ex__(self, protocol: object, /) -> NoReturn:
        message = "a hasher may hold pepper keys: make one in each process"
        raise TypeError(message)


def _form_of(found: _Stored) -> HashForm:
    return found.parameters if isinstance(found, PHCHash) else found.form


def _peppers(ring: KeyRing | None) -> dict[str, bytes]:
    """Return the pepper keys by id, newest first. The id says nothing of the key."""
    if ring is None:
        return {}
    named = zip(ring.derived("pepper-id"), ring.derived("pepper"), strict=True)
    return {
        b64encode(name[:8]).rstrip(b"=").decode("ascii"): key for name, key in named
    }
