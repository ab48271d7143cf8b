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
        self._dry_run = dry_run
        self._random = random
        self._seen: set[AddressKey] = set()

    def move(self, records: Iterable[Record], /) -> Iterator[Moved | Rejected]:
        """Move each record, one after another; yield what became of it.

        A hash that cannot be checked here gives `Rejected` after `WITHOUT_PASSWORD`.

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
        is_usable = person.password_hash is None or self._takes(
            person.password_hash.reveal()
        )
        done = self._tried(person) if self._dry_run else self._stored(person, is_usable)
        if is_usable or done is Moved.ALREADY_THERE:
            yield done
            return
        yield Moved.WITHOUT_PASSWORD
        yield Rejected(
            record=record,
            name="password_hash",
            code="hash_unusable",
            problem="the account is there, without a password: no portal of this "
            "configuration can check such a hash (imported, flask_security_salt, the "
            "extra bcrypt), or it costs too little or too much",
        )

    def _stored(self, person: Person, is_usable: bool) -> Moved:  # noqa: FBT001 -- private
        account = Account(
            id=AccountId(make_id(self._random)),
            tenant=person.tenant,
            audience=person.audience,
            primary=person.address,
            status=person.status,
            language=person.language,
        )
        is_new = self._registry.add(account) is True
        kept = account if is_new else self._accounts.find(account.key)
        if kept is None or kept.key != account.key:
            # Somebody has it as an alias: no password is given to them by that.
            return Moved.ALREADY_THERE
        if person.password_hash is None or not is_usable:
            # No credential is stored for what cannot be checked: a later run may.
            return Moved.WITHOUT_PASSWORD if is_new else Moved.ALREADY_THERE
        has_hash = self._credentials.add(
            Credential(account=kept.id, password_hash=person.password_hash.reveal())
        )
        return Moved.WITH_PASSWORD if has_hash is True else Moved.ALREADY_THERE

    def _tried(self, person: Person) -> Moved:
        key = person.address.key(person.tenant)
        kept = self._accounts.find(key)
        is_known = key in self._seen or (
            kept is not None
            and (
                person.password_hash is None
                or kept.key != key
                or self._credentials.get(kept.id) is not None
            )
        )
        self._seen.add(key)
        if is_known:
            return Moved.ALREADY_THERE
        return Moved.WITH_PASSWORD if person.password_hash else Moved.WITHOUT_PASSWORD
