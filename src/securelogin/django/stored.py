"""The tables of `DjangoStore`: models with the columns of `stores.relational.rows`.

In the order of those rows. A time is a whole number of microseconds since 1970-01-01
UTC and a short list is JSON, for the reasons in `stores.sql.tables`. Nothing of the
library goes through the models' attributes; they are for migrations and the admin site.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, TypeAlias

from django.db import models

from securelogin.django.fields import ExactText
from securelogin.stores.relational.columns import list_of, time_of

__all__ = [
    "StoredAccount",
    "StoredAddress",
    "StoredAttempt",
    "StoredAudit",
    "StoredCounter",
    "StoredCredential",
    "StoredLink",
    "StoredMail",
    "StoredSession",
    "columns_of",
]


# django-stubs has parameters for what is set and what is got, Django has none.
_Text: TypeAlias = "models.TextField[Any, Any]"
_Flag: TypeAlias = "models.SmallIntegerField[Any, Any]"
_Number: TypeAlias = "models.BigIntegerField[Any, Any]"
_Sequence: TypeAlias = "models.BigAutoField[Any, Any]"


def _id() -> ExactText:
    return ExactText(max_length=64)


def _maybe(length: int) -> ExactText:
    # NULL: nothing was said, which is not the empty text.
    return ExactText(max_length=length, null=True)


def _list() -> _Text:
    return models.TextField()


def _maybe_list() -> _Text:
    return models.TextField(null=True)


def _flag() -> _Flag:
    return models.SmallIntegerField()


def _sequence() -> _Sequence:
    """Return the order in which rows were stored, where times may be equal."""
    return models.BigAutoField(primary_key=True)


def _number() -> _Number:
    return models.BigIntegerField()


def _maybe_number() -> _Number:
    return models.BigIntegerField(null=True)


def columns_of(model: type[models.Model], /) -> tuple[str, ...]:
    """Return the columns that make up a value, in the order of its row."""
    return tuple(_columns(model))


def _columns(model: type[models.Model]) -> Iterator[str]:
    for field in model._meta.concrete_fields:  # noqa: SLF001 -- documented, for all its name
        if field.name != "seq":
            yield field.attname


class StoredAccount(models.Model):
    """One account that the library keeps."""

    id: ExactText = ExactText(max_length=64, primary_key=True)
    tenant: ExactText = _id()
    audience: ExactText = ExactText(max_length=32)
    address: ExactText = ExactText(max_length=320)
    aliases: _Text = _list()
    status: ExactText = ExactText(max_length=32)
    language: ExactText = _id()
    change_id: ExactText = _maybe(64)
    change_address: ExactText = _maybe(320)
    change_until: _Number = _maybe_number()
    change_confirmed: _Text = _maybe_list()
    version: _Number = _number()

    def __str__(self) -> str:
        return f"{self.tenant}: {self.id}"


class StoredAddress(models.Model):
    """One key of an account: the constraint keeps it with one account."""

    seq: _Sequence = _sequence()
    tenant: ExactText = _id()
    key: ExactText = ExactText(max_length=320)
    account: models.ForeignKey[Any, Any] = models.ForeignKey(
        StoredAccount, on_delete=models.CASCADE, related_name="keys"
    )

    class Meta:
        """What the database keeps true."""

        constraints: tuple[models.BaseConstraint, ...] = (
            models.UniqueConstraint(
                fields=("tenant", "key"), name="securelogin_one_holder"
            ),
        )

    def __str__(self) -> str:
        return str(self.seq)


class StoredCredential(models.Model):
    """One credential; its account may be a Django user."""

    account: ExactText = ExactText(max_length=64, primary_key=True)
    password_hash: ExactText = _maybe(512)
    temporary_hash: ExactText = _maybe(512)
    temporary_fingerprint: ExactText = _maybe(64)
    temporary_mark: ExactText = _maybe(64)
    temporary_issued_at: _Number = _maybe_number()
    temporary_until: _Number = _maybe_number()
    dead: _Text = _list()
    browsers: _Text = _list()
    must_change: _Flag = _flag()
    changed_at: _Number = _maybe_number()
    generation: _Number = _number()
    version: _Number = _number()

    class Meta:
        """What it is found by."""

        indexes: tuple[models.Index, ...] = (
            models.Index(
                fields=("temporary_until",), name="securelogin_temporary_until"
            ),
        )

    def __str__(self) -> str:
        return str(self.account)


class StoredLink(models.Model):
    """One recipient link."""

    id: ExactText = ExactText(max_length=64, primary_key=True)
    tenant: ExactText = _id()
    recipient: ExactText = _id()
    address_tenant: ExactText = _id()
    address: ExactText = ExactText(max_length=320)
    message: ExactText = ExactText(max_length=128)
    sender: ExactText = ExactText(max_length=320)
    sender_key: ExactText = ExactText(max_length=320)
    issued_at: _Number = _number()
    until: _Number = _number()
    recalled_at: _Number = _maybe_number()
    version: _Number = _number()

    class Meta:
        """What it is found by."""

        indexes: tuple[models.Index, ...] = (
            models.Index(fields=("until",), name="securelogin_link_until"),
            models.Index(fields=("recipient",), name="securelogin_link_recipient"),
            models.Index(
                fields=("sender_key", "tenant"), name="securelogin_link_sender"
            ),
        )

    def __str__(self) -> str:
        return str(self.id)


class StoredSession(models.Model):
    """One session, by the digest of its token."""

    seq: _Sequence = _sequence()
    digest: ExactText = ExactText(max_length=128, unique=True)
    account: ExactText = _id()
    tenant: ExactText = _id()
    generation: _Number = _number()
    began_at: _Number = _number()
    seen_at: _Number = _number()
    until: _Number = _number()
    browser: ExactText = ExactText(max_length=128)
    user_agent: ExactText = ExactText(max_length=512)
    ip: ExactText = _id()
    ended_at: _Number = _maybe_number()
    version: _Number = _number()

    class Meta:
        """What it is found by."""

        indexes: tuple[models.Index, ...] = (
            models.Index(
                fields=("account", "began_at"), name="securelogin_session_account"
            ),
            models.Index(fields=("until",), name="securelogin_session_until"),
        )

    def __str__(self) -> str:
        return f"{self.tenant}: {self.account}"


class StoredCounter(models.Model):
    """One total, and when its window ends."""

    key: ExactText = ExactText(max_length=64, primary_key=True)
    total: _Number = _number()
    until: _Number = _number()

    class Meta:
        """What it is found by."""

        indexes: tuple[models.Index, ...] = (
            models.Index(fields=("until",), name="securelogin_counter_until"),
        )

    def __str__(self) -> str:
        return str(self.key)


class StoredAttempt(models.Model):
    """One attempt, as the admin site may show it."""

    seq: _Sequence = _sequence()
    reference: ExactText = _id()
    at: _Number = _number()
    operation: ExactText = ExactText(max_length=32)
    causes: _Text = _list()
    tenant: ExactText = _id()
    portal: ExactText = ExactText(max_length=512)
    url: ExactText = ExactText(max_length=512)
    lookup: ExactText = ExactText(max_length=320)
    typed: ExactText = ExactText(max_length=320)
    account: ExactText = _maybe(64)
    link: ExactText = _maybe(64)
    form: ExactText = _maybe(32)
    ip: ExactText = _id()
    user_agent: ExactText = ExactText(max_length=512)
    device_time: _Number = _maybe_number()
    hits: _Text = _list()
    note: ExactText = ExactText(max_length=512)
    details: _Text = _maybe_list()

    class Meta:
        """What it is found by."""

        verbose_name = "attempt"
        indexes: tuple[models.Index, ...] = (
            models.Index(fields=("reference",), name="securelogin_attempt_reference"),
            # The key goes first: erasing a person asks for it in any tenant.
            models.Index(
                fields=("lookup", "tenant", "at"), name="securelogin_attempt_lookup"
            ),
            models.Index(fields=("account",), name="securelogin_attempt_account"),
            models.Index(fields=("at",), name="securelogin_attempt_at"),
            models.Index(fields=("tenant", "at"), name="securelogin_attempt_tenant"),
            models.Index(fields=("ip", "tenant", "at"), name="securelogin_attempt_ip"),
        )

    def __str__(self) -> str:
        return str(self.reference)

    @property
    def moment(self) -> datetime:
        """When it was."""
        return time_of(self.at)

    @property
    def cause(self) -> str:
        """The first of its causes, which decided; "" if it was granted."""
        return next(iter(list_of(self.causes)), "")


class StoredMail(models.Model):
    """One order for a mail."""

    seq: _Sequence = _sequence()
    id: ExactText = ExactText(max_length=64, unique=True)
    kind: ExactText = ExactText(max_length=32)
    tenant: ExactText = _id()
    at: _Number = _number()
    due_at: _Number = _number()
    account: ExactText = _maybe(64)
    lookup_tenant: ExactText = _maybe(64)
    lookup: ExactText = _maybe(320)
    portal: ExactText = ExactText(max_length=512)
    link: ExactText = _maybe(64)
    side: ExactText = _maybe(32)
    change: ExactText = _maybe(64)
    mark: ExactText = _id()
    state: ExactText = ExactText(max_length=32)
    tries: _Number = _number()
    leased_until: _Number = _maybe_number()
    settled_at: _Number = _maybe_number()
    detail: ExactText = ExactText(max_length=512)
    version: _Number = _number()

    class Meta:
        """What it is found by."""

        indexes: tuple[models.Index, ...] = (
            models.Index(fields=("state", "due_at"), name="securelogin_mail_state"),
            models.Index(fields=("account", "at"), name="securelogin_mail_account"),
            models.Index(
                fields=("lookup", "lookup_tenant", "at"), name="securelogin_mail_lookup"
            ),
            models.Index(fields=("settled_at",), name="securelogin_mail_settled_at"),
        )

    def __str__(self) -> str:
        return str(self.id)


class StoredAudit(models.Model):
    """One record of the audit trail."""

    seq: _Sequence = _sequence()
    chain: ExactText = _id()
    number: _Number = _number()
    written_at: _Number = _number()
    kind: ExactText = _id()
    tenant: ExactText = _id()
    account: ExactText = _maybe(64)
    subject: ExactText = _id()
    facts: _Text = _list()
    person: _Text = _list()
    commitment: ExactText = _id()
    previous: ExactText = _id()
    seal: ExactText = _id()

    class Meta:
        """What the database keeps true, and what it is found by."""

        constraints: tuple[models.BaseConstraint, ...] = (
            models.UniqueConstraint(
                fields=("chain", "number"), name="securelogin_one_record"
            ),
        )
        indexes: tuple[models.Index, ...] = (
            models.Index(
                fields=("chain", "written_at", "number"), name="securelogin_audit_ends"
            ),
            models.Index(fields=("account",), name="securelogin_audit_account"),
            models.Index(fields=("subject",), name="securelogin_audit_subject"),
        )

    def __str__(self) -> str:
        return f"{self.chain}: {self.number}"
