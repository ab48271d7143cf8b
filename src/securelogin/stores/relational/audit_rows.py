"""From a record of the audit trail to its row and back, as `rows` does it."""

from __future__ import annotations

from securelogin.audit import AuditRecord
from securelogin.stores.relational.columns import Row, Values, microseconds, time_of

__all__ = ["audit_of", "audit_row"]


def audit_row(record: AuditRecord, /) -> Values:
    """Return the row of one record of the trail."""
    return {
        "chain": record.chain,
        "number": record.number,
        "written_at": microseconds(record.written_at),
        "kind": record.kind,
        "tenant": record.tenant,
        "account": record.account,
        "subject": record.subject,
        "facts": record.facts,
        "person": record.person,
        "commitment": record.commitment,
        "previous": record.previous,
        "seal": record.seal,
    }


def audit_of(row: Row, /) -> AuditRecord:
    """Return the record in a row."""
    chain, number, written_at, kind, tenant, account, subject, *rest = row
    facts, person, commitment, previous, seal = rest
    return AuditRecord(
        chain=chain,
        number=number,
        written_at=time_of(written_at),
        kind=kind,
        tenant=tenant,
        account=account,
        subject=subject,
        facts=facts,
        person=person,
        commitment=commitment,
        previous=previous,
        seal=seal,
    )
