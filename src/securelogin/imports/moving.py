"""Make an account and a credential of each person, once."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum

from securelogin.accounts import Account, AccountId
from securelogin.adapters import AccountRegistry, Accounts, Credentials
from securelogin.addresses import AddressKey
from securelogin.credentials import Credential
from securelogin.flows.store import Store
from securelogin.guards import guarded
from securelogin.hidden import Hidden
from securelogin.identifiers import make_id
from securelogin.imports.records import Home, Person, Record, Rejected, read_record
from securelogin.passwords import PasswordHasher
from securelogin.portals import Portals

__all__ = ["Moved", "Mover"]


class Moved(StrEnum):
    """What became of a record that was not rejected."""

    WITH_PASSWORD = "with_password"  # noqa: S105 -- a label, not a secret
    WITHOUT_PASSWORD = "without_password"  # noqa: S105 -- a label, not a secret
    ALREADY_THERE = "already_there"


class Mover:
    """Moves records into a store.

    First the account, then the credential: a run that was cut short is made whole by
    the next one. Several at once give each person to one of them.

    Args:
        store: where to.
        hasher: of the portal that will check the passwords: a hash that it does not
            take is rejected, and its person moved without one.
        portals: whose tenants there are.
        home: for records that do not say it themselves.
        trust_unconfirmed: take the hash also of who never confirmed their address.
            Who registered with somebody else's would log in as them: only for an old
            portal that asked nobody to confirm.
        dry_run: only say what would become of each.
        random: source of ids.
    """

    def __init__(
        self,
        *,
        store: Store,
        hasher: PasswordHasher,
        portals: Portals,
        home: Home,
        trust_unconfirmed: bool = False,
        dry_run: bool = False,
        random: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._accounts = guarded(store.accounts, Accounts, setting="accounts")
        self._registry = guarded(store.accounts, AccountRegistry, setting="accounts")
        self._credentials = guarded(
            store.credentials, Credentials, setting="credentials"
        )
        self._takes = hasher.takes
        self._portals = portals
        self._home = home
        self._trust_unconfirmed = trust_unconfirmed
        self._dry_run = dry_run
        self._random = random
        # What a dry run would have stored by now.
        self._added: dict[AddressKey, AccountId] = {}
        self._given: set[AccountId] = set()

    def move(self, records: Iterable[Record], /) -> Iterator[Moved | Rejected]:
        """Move each record, one after another; yield what became of it.

        A hash that cannot be checked here, or that somebody else may have chosen, gives
        `Rejected` after `WITHOUT_PASSWORD`; and after `ALREADY_THERE` again, for as
        long as its person has no password here.

        Raises:
            Unavailable: the store is away. What was yielded is done.
        """
        for record in records:
            person = read_record(record, home=self._home, portals=self._portals)
            if isinstance(person, Rejected):
                yield person
            else:
                yield from self._moved(person, record)

    def _moved(self, person: Person, record: Record) -> Iterator[Moved | Rejected]:
        kept, is_new = self._tried(person) if self._dry_run else self._enrolled(person)
        if kept is None:
            # Somebody has it as an alias: no password is given to them by that.
            yield Moved.ALREADY_THERE
            return
        withheld = self._withheld(person, record)
        if person.password_hash is not None and withheld is None:
            has_hash = self._give(kept, person.password_hash)
            yield Moved.WITH_PASSWORD if has_hash else Moved.ALREADY_THERE
            return
        yield Moved.WITHOUT_PASSWORD if is_new else Moved.ALREADY_THERE
        # No credential is stored for such a hash: a later run may.
        if withheld is not None and not self._has_credential(kept):
            yield withheld

    def _withheld(self, person: Person, record: Record) -> Rejected | None:
        """Return why the hash is not taken; None where it is, or there is none."""
        if person.password_hash is None:
            return None
        if not (person.confirmed or self._trust_unconfirmed):
            return Rejected(
                record=record,
                name="confirmed",
                code="address_unconfirmed",
                problem="the account is there, without a password: the address was "
                "never confirmed, so somebody else may have chosen the old one; "
                "“Forgot your password” proves whose it is (if the old portal asked "
                "nobody to confirm: --trust-unconfirmed)",
            )
        if not self._takes(person.password_hash.reveal()):
            return Rejected(
                record=record,
                name="password_hash",
                code="hash_unusable",
                problem="the account is there, without a password: no portal of this "
                "configuration can check such a hash (imported, flask_security_salt, "
                "the extra bcrypt), or it costs too little or too much",
            )
        return None

    def _enrolled(self, person: Person) -> tuple[AccountId | None, bool]:
        """Return whose the address is, and whether they are new; None: an alias."""
        account = Account(
            id=AccountId(make_id(self._random)),
            tenant=person.tenant,
            audience=person.audience,
            primary=person.address,
            status=person.status,
            language=person.language,
        )
        if self._registry.add(account) is True:
            return account.id, True
        kept = self._accounts.find(account.key)
        return (kept.id if kept and kept.key == account.key else None), False

    def _tried(self, person: Person) -> tuple[AccountId | None, bool]:
        """Return what `_enrolled` would, and store nothing."""
        key = person.address.key(person.tenant)
        if key in self._added:
            return self._added[key], False
        kept = self._accounts.find(key)
        if kept is not None:
            return (kept.id if kept.key == key else None), False
        self._added[key] = AccountId(make_id(self._random))
        return self._added[key], True

    def _give(self, account: AccountId, password_hash: Hidden) -> bool:
        """Store the hash unless there is a credential; return whether it was."""
        if not self._dry_run:
            new = Credential(account=account, password_hash=password_hash.reveal())
            return self._credentials.add(new) is True
        is_given = not self._has_credential(account)
        self._given.add(account)
        return is_given

    def _has_credential(self, account: AccountId) -> bool:
        return account in self._given or self._credentials.get(account) is not None
