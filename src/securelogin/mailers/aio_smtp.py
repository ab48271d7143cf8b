"""Send mail by SMTP from async code. Needs the extra `securelogin[smtp]`.

Settings, TLS, and what a reply makes of a mail are those of `mailers.smtp`.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

from securelogin.mail import Delivery, Mail
from securelogin.mailers.smtp import Relay, Relayed, Step, answered, failed, is_yes

try:
    import aiosmtplib
except ImportError as _missing:
    message = "AsyncSMTPMailer needs aiosmtplib: pip install 'securelogin[smtp]'"
    raise ImportError(message) from _missing

__all__ = ["AsyncSMTPMailer"]


class AsyncSMTPMailer(Relayed):
    """`securelogin.mailers.smtp.SMTPMailer`, awaited: same settings, same answers.

    Safe for concurrent callers, also in several event loops.
    """

    async def send(self, mail: Mail, /) -> Delivery:
        """Send *mail* and say what became of it; no server can make it raise.

        Cancelling it closes the connection.
        """
        content = self._relay.content(mail)
        if isinstance(content, Delivery):
            return content
        return await _Talk(self._relay).hand_over(mail.to.text, content)


class _Talk:
    """One connection, one mail."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._step = Step.CONNECT
        # STARTTLS and log-in are steps of their own here, so that a failure of either
        # has its name; hence not left to `connect`. Its time is that of the whole talk.
        self._line = aiosmtplib.SMTP(
            hostname=relay.host,
            port=relay.port,
            local_hostname=relay.sender.domain,
            timeout=relay.seconds,
            use_tls=relay.is_wrapped,
            start_tls=False,
            tls_context=relay.tls,
        )

    async def hand_over(self, recipient: str, content: bytes) -> Delivery:
        """Send *content* to *recipient*."""
        delivery: Delivery | None = None
        try:
            async with asyncio.timeout(self._relay.seconds):
                delivery = await self._talk(recipient, content)
                # The mail's fate is settled: what comes of the farewell changes
                # nothing.
                with suppress(aiosmtplib.SMTPException):
                    await self._line.quit()
        except aiosmtplib.SMTPResponseException as error:
            return answered(self._step, code=error.code, text=error.message)
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            # ValueError: a server's log-in challenge that is no base64, for one.
            return delivery or failed(self._step, error)
        finally:
            self._hang_up()
        return delivery

    async def _talk(self, recipient: str, content: bytes) -> Delivery:
        line, relay = self._line, self._relay
        await line.connect()
        if relay.tls is not None and not relay.is_wrapped:
            self._step = Step.TLS
            await line.starttls()
        if relay.user is not None and relay.password is not None:
            self._step = Step.LOGIN
            await line.login(relay.user, relay.password.reveal())
        if line.is_ehlo_or_helo_needed:
            await line.ehlo()
        # Written out, not by `sendmail`: that takes addresses through `parseaddr`
        # (threat C83). Both were checked when the mail was composed.
        for step, command in (
            (Step.SENDER, f"MAIL FROM:<{relay.sender.text}>"),
            (Step.RECIPIENT, f"RCPT TO:<{recipient}>"),
        ):
            self._step = step
            reply = await line.execute_command(command.encode("ascii"))
            if not is_yes(reply.code):
                return answered(step, code=reply.code, text=reply.message)
        self._step = Step.CONTENT
        reply = await line.data(content)
        return answered(Step.CONTENT, code=reply.code, text=reply.message)

    def _hang_up(self) -> None:
        transport = self._line.transport
        self._line.close()
        # A TLS transport that is only closed waits for the server's farewell as well.
        if isinstance(transport, asyncio.WriteTransport):
            transport.abort()
