"""Mailers that write each mail into a folder: for development, without a server.

The files hold temporary passwords and links. Each is readable by its owner only, but
nobody deletes them: not for a portal in earnest.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from datetime import UTC
from pathlib import Path

from securelogin.errors import InvalidInput, WiringError
from securelogin.mail import Delivery, DeliveryState, Mail
from securelogin.mailers.letters import Letters
from securelogin.mailers.mime import check_sender, compose, refusal

__all__ = ["AsyncFileMailer", "FileMailer"]

_SENDER = "portal@mailer.example"


class FileMailer:
    """Write one `.eml` file for each mail; any mail program opens them.

    A name is time, kind and id of the mail, so that a folder lists them in order.
    Safe for concurrent callers: a file appears whole or not at all.

    Args:
        folder: where to; made if it is not there.
        sender: the address that mails come from.
        letters: texts of your own.

    Raises:
        WiringError: the folder cannot be made, or the sender is no address.
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        /,
        *,
        sender: str = _SENDER,
        letters: Letters | None = None,
    ) -> None:
        self._folder = Path(folder)
        self._sender = check_sender(sender, setting="FileMailer(sender=…)")
        self._letters = letters or Letters()
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise WiringError(
                f"the folder cannot be made ({type(error).__name__}).",
                setting="FileMailer(folder)",
                cure="Name a folder that this process may write to.",
            ) from error

    def send(self, mail: Mail, /) -> Delivery:
        """Write *mail* to the folder; a full disk is `POSTPONED`."""
        try:
            message = compose(mail, sender=self._sender, letters=self._letters)
        except InvalidInput as error:
            return refusal(error)
        at = mail.at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        name = f"{at}-{mail.kind.value}-{mail.id}.eml"
        try:
            self._write(name, message.as_bytes())
        except OSError as error:
            return Delivery(
                state=DeliveryState.POSTPONED, detail=f"file {type(error).__name__}"
            )
        return Delivery(state=DeliveryState.ACCEPTED, detail="written to a file")

    def _write(self, name: str, content: bytes) -> None:
        # A temporary file is new and readable by its owner only, whatever the umask.
        descriptor, part = tempfile.mkstemp(dir=self._folder, suffix=".part")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
            Path(part).replace(self._folder / name)
        except OSError:
            Path(part).unlink(missing_ok=True)
            raise


class AsyncFileMailer:
    """`FileMailer` for the async flows: the same files, written in a thread."""

    def __init__(
        self,
        folder: str | os.PathLike[str],
        /,
        *,
        sender: str = _SENDER,
        letters: Letters | None = None,
    ) -> None:
        self._sync = FileMailer(folder, sender=sender, letters=letters)

    async def send(self, mail: Mail, /) -> Delivery:
        """Write *mail* to the folder; a full disk is `POSTPONED`."""
        return await asyncio.to_thread(self._sync.send, mail)
