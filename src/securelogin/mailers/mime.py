"""Turn a `Mail` into one MIME message, with every header checked by us.

The standard library decodes encoded words into line breaks and takes a list for an
address (threats C82, C83, E15), so nothing reaches it that could be either. Not in
here: what a mail says (`mailers.letters`), and how it travels.
"""

from __future__ import annotations

import re
from email import policy
from email.headerregistry import Address as HeaderAddress
from email.message import EmailMessage

from securelogin.addresses import Address, parse_address
from securelogin.attempts import printable
from securelogin.errors import InvalidInput, WiringError
from securelogin.mail import Delivery, DeliveryState, Mail
from securelogin.mailers.letters import Letters, Written

__all__ = ["check_sender", "compose", "refusal"]

# RFC 5322's dot-atom and a domain, nothing else: exactly one recipient.
_ADDR_SPEC = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*",
    re.ASCII,
)
# Also fit for a file's name.
_ID = re.compile(r"[A-Za-z0-9_-]{1,128}", re.ASCII)
_LONGEST_SUBJECT = 400
# RFC 2047, 2 and RFC 2045, 6.7: encoded words and quoted-printable end at 76, where
# the standard library would go on to the 78 of other lines.
_POLICY = policy.SMTP.clone(max_line_length=76)
# Below the 998 octets of RFC 5322, 2.1.1, and plain to read in a raw message.
_LONGEST_PLAIN_LINE = 700


def compose(mail: Mail, /, *, sender: Address, letters: Letters) -> EmailMessage:
    """Return the message for *mail*: plain text and HTML, to exactly one recipient.

    Two tries of one order have the same Message-ID, so that a mail program can drop a
    mail that came twice. Pure, but for the MIME boundary.

    Raises:
        InvalidInput: a value is unfit for a header; the error does not repeat it.
    """
    written = letters.write(mail)
    message = EmailMessage(policy=_POLICY)
    message["From"] = HeaderAddress(
        display_name=_header_text(mail.portal.name, field="portal"),
        addr_spec=_addr_spec(sender, field="sender"),
    )
    message["To"] = HeaderAddress(addr_spec=_addr_spec(mail.to, field="to"))
    message["Subject"] = _header_text(written.subject, field="subject")
    message["Date"] = mail.at
    message["Message-ID"] = f"<{_checked_id(mail.id)}@{sender.domain}>"
    # RFC 3834: no out-of-office note shall answer it.
    message["Auto-Submitted"] = "auto-generated"
    _add_bodies(message, written)
    return message


def check_sender(sender: str, /, *, setting: str) -> Address:
    """Return the address that mails come from.

    Raises:
        WiringError: it is not one plain mail address, or unfit for a header.
    """
    try:
        address = parse_address(sender, field="sender")
        _addr_spec(address, field="sender")
    except InvalidInput:
        raise WiringError(
            "mails need one plain address to come from.",
            setting=setting,
            cure="Write it as in portal@acme.example; the name is the portal's.",
        ) from None
    return address


def refusal(error: InvalidInput, /) -> Delivery:
    """Return what a mailer answers for a mail that could not be composed."""
    return Delivery(
        state=DeliveryState.REFUSED, detail=f"unfit for a header: {error.field}"
    )


def _add_bodies(message: EmailMessage, written: Written) -> None:
    for body, subtype in ((written.text, "plain"), (written.html, "html")):
        lines = body.splitlines()
        is_plain = (
            body.isascii() and max(map(len, lines), default=0) <= _LONGEST_PLAIN_LINE
        )
        encoding = "7bit" if is_plain else "quoted-printable"
        if subtype == "plain":
            message.set_content(body, cte=encoding)
        else:
            message.add_alternative(body, subtype=subtype, cte=encoding)


def _header_text(text: str, *, field: str) -> str:
    fits = (
        0 < len(text) <= _LONGEST_SUBJECT
        and printable(text, most=len(text)) == text
        and "=?" not in text
    )
    if not fits:
        raise _unfit(field)
    return text


def _addr_spec(address: Address, *, field: str) -> str:
    # "=?" is allowed in a local part, and would begin an encoded word all the same.
    if _ADDR_SPEC.fullmatch(address.text) is None or "=?" in address.text:
        raise _unfit(field)
    return address.text


def _checked_id(id_: str) -> str:
    if _ID.fullmatch(id_) is None:
        raise _unfit("id")
    return id_


def _unfit(field: str) -> InvalidInput:
    return InvalidInput("unfit for a header", field=field, code="header_unfit")
