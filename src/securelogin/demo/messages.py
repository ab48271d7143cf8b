"""The portals' own table: messages. The library knows only their names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import (
    Column,
    Float,
    MetaData,
    Row,
    String,
    Table,
    Text,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncEngine

from securelogin.links import LinkId

__all__ = ["Message", "Messages"]

_METADATA = MetaData()
_TABLE = Table(
    "demo_messages",
    _METADATA,
    Column("id", String(64), primary_key=True),
    Column("tenant", String(64), nullable=False),
    Column("sender", String(254), nullable=False),
    Column("recipient", String(254), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("body", Text, nullable=False),
    Column("link", String(64), nullable=False),
    Column("sent_at", Float, nullable=False),
    Column("read_at", Float),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message to one recipient.

    Attributes:
        link: the recipient link that leads to it.
        read_at: when its recipient first had it on the screen.
    """

    id: str
    tenant: str
    sender: str
    recipient: str
    subject: str
    body: str
    link: LinkId
    sent_at: datetime
    read_at: datetime | None = None


class Messages:
    """All messages, of all tenants; every question names the tenant."""

    def __init__(self, engine: AsyncEngine, /) -> None:
        self._engine = engine

    async def create(self) -> None:
        """Make the table."""
        async with self._engine.begin() as connection:
            await connection.run_sync(_METADATA.create_all)

    async def add(self, message: Message, /) -> None:
        """Store a message that was sent."""
        values = {
            "id": message.id,
            "tenant": message.tenant,
            "sender": message.sender,
            "recipient": message.recipient,
            "subject": message.subject,
            "body": message.body,
            "link": message.link,
            "sent_at": message.sent_at.timestamp(),
        }
        async with self._engine.begin() as connection:
            await connection.execute(insert(_TABLE), values)

    async def get(self, message: str, /, *, tenant: str) -> Message | None:
        """Return one message of a tenant."""
        asked = select(_TABLE).where(_TABLE.c.id == message, _TABLE.c.tenant == tenant)
        async with self._engine.connect() as connection:
            row = (await connection.execute(asked)).one_or_none()
        return None if row is None else _message(row)

    async def sent_by(self, sender: str, /, *, tenant: str) -> Sequence[Message]:
        """Return what somebody has sent, newest first."""
        asked = (
            select(_TABLE)
            .where(_TABLE.c.sender == sender, _TABLE.c.tenant == tenant)
            .order_by(_TABLE.c.sent_at.desc())
            .limit(100)
        )
        async with self._engine.connect() as connection:
            rows = (await connection.execute(asked)).all()
        return [_message(row) for row in rows]

    async def note_reading(self, message: str, /, *, at: datetime) -> None:
        """Keep when a message was read, the first time."""
        step = (
            update(_TABLE)
            .where(_TABLE.c.id == message, _TABLE.c.read_at.is_(None))
            .values(read_at=at.timestamp())
        )
        async with self._engine.begin() as connection:
            await connection.execute(step)


def _message(row: Row[tuple[object, ...]]) -> Message:
    values = dict(row._mapping)  # noqa: SLF001 -- SQLAlchemy's public name for it
    values["sent_at"] = datetime.fromtimestamp(values["sent_at"], tz=UTC)
    read = values["read_at"]
    values["read_at"] = None if read is None else datetime.fromtimestamp(read, tz=UTC)
    return Message(**values)
