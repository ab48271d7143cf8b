from __future__ import annotations

from dataclasses import replace
from email.message import EmailMessage

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from securelogin.addresses import parse_address, stored_address
from securelogin.errors import InvalidInput, WiringError
from securelogin.mail import Delivery, DeliveryState, Mail, MailKind
from securelogin.mailers.letters import DEFAULT_LETTERS, Letter, Letters
from securelogin.mailers.mime import check_sender, compose, refusal
from securelogin.portals import Portal
from tests.mailers.servers import LINK, PASSWORD, SENDER, make_mail, parsed

FROM = parse_address(SENDER)
HEADERS = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
]


def made(mail: Mail | None = None, letters: Letters | None = None) -> EmailMessage:
    """Return the message after its way over the wire."""
    message = compose(mail or make_mail(), sender=FROM, letters=letters or Letters())
    return parsed(message.as_bytes())


def test_message_has_these_headers_and_no_other() -> None:
    message = made()

    assert message.keys() == HEADERS
    assert message["From"] == "Acme Secure Messaging <portal@acme.example>"
    assert message["To"] == "ann@customer.example"
    assert message["Subject"] == "Your temporary password for Acme Secure Messaging"
    assert message["Date"].datetime == make_mail().at
    assert message["Message-ID"] == "<Zm9vYmFyYmF6cXV4MTIzNA@acme.example>"
    assert message["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize("language", DEFAULT_LETTERS)
@pytest.mark.parametrize("kind", MailKind)
def test_message_is_seven_bit_text_and_html_of_the_same(
    kind: MailKind, language: str
) -> None:
    mail = make_mail(kind, language=language)
    raw = compose(mail, sender=FROM, letters=Letters()).as_bytes()
    message = parsed(raw)

    written = Letters().write(mail)
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) < 998
    assert message.get_content_type() == "multipart/alternative"
    parts = [part.get_content_type() for part in message.iter_parts()]
    assert parts == ["text/plain", "text/html"]
    for kept, body in zip(
        message.iter_parts(), (written.text, written.html), strict=True
    ):
        assert kept.get_content().replace("\r\n", "\n") == body


@pytest.mark.parametrize("language", DEFAULT_LETTERS)
def test_subject_and_names_come_through_in_every_script(language: str) -> None:
    portal = replace(make_mail().portal, name="アクメ・Müller")
    mail = make_mail(language=language, portal=portal)
    raw = compose(mail, sender=FROM, letters=Letters()).as_bytes()
    message = parsed(raw)

    head = raw.partition(b"\r\n\r\n")[0]
    # RFC 2047, section 2: no line with an encoded word is longer than 76.
    assert all(len(one) <= 76 for one in head.split(b"\r\n") if b"=?" in one)
    assert message["Subject"] == Letters().write(mail).subject
    assert message["From"] == f"アクメ・Müller <{SENDER}>"
    # RFC 2045, 6.7: nor is a line that is quoted-printable.
    assert all(len(one) <= 76 for one in raw.split(b"\r\n") if one.endswith(b"="))
    charsets = {part.get_content_charset() for part in message.iter_parts()}
    assert charsets == {"utf-8"}


def test_secret_stands_in_no_header() -> None:
    for kind in (MailKind.TEMPORARY_PASSWORD, MailKind.MESSAGE):
        head = str(made(make_mail(kind)).items())
        assert PASSWORD not in head
        assert LINK[-43:] not in head


def test_very_long_line_is_folded_for_the_wire() -> None:
    letter = Letter(subject="s", text=f"$password {'x' * 5_000}")
    letters = Letters({"en": {MailKind.TEMPORARY_PASSWORD: letter}})
    raw = compose(make_mail(), sender=FROM, letters=letters).as_bytes()

    assert max(map(len, raw.split(b"\r\n"))) < 998
    assert "x" * 5_000 in parsed(raw).get_body(("plain",)).get_content()


RECIPIENTS = [
    "",
    "ann",
    "@b.example",
    "ann@",
    "a@b.example,c@d.example",
    "a@b.example, c@d.example",
    "Ann <a@b.example>",
    "<a@b.example>",
    '"a b"@c.example',
    "a@b.example\r\nBcc: x@y.example",
    "a@b.example\n",
    "a@b.example\x00",
    "a@b.example>\r\nDATA",
    "a b@c.example",
    "=?utf-8?q?=0ABcc=3A?=@b.example",
    "a@=?utf-8?q?b?=",
    "a@b..example",
    ".a@b.example",
    "a@[127.0.0.1]",
    "\u00e4@b.example",
    "a@b\uff0eexample",
]


@pytest.mark.parametrize("to", RECIPIENTS)
def test_anything_but_one_plain_recipient_is_refused_and_not_repeated(to: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        made(make_mail(to=to))

    assert (caught.value.field, caught.value.code) == ("to", "header_unfit")
    assert str(caught.value) == "to: unfit for a header"


ODD_BUT_FIT = ["o'neil+tag@b.example", "a.b=c@b.example", "x!#$%&*/?^_`{|}~@b.example"]


@pytest.mark.parametrize("to", ODD_BUT_FIT)
def test_odd_but_plain_recipient_is_kept_as_it_is(to: str) -> None:
    (recipient,) = made(make_mail(to=to))["To"].addresses

    assert recipient.addr_spec == to


@given(to=st.text(max_size=40) | st.from_regex(r"\A[!-~]{1,20}@[!-~]{1,20}\Z"))
@example(to="=?utf-8?q?=0ax?=@b.example")
def test_message_goes_to_the_given_recipient_or_nowhere(to: str) -> None:
    mail = make_mail(to=to)
    try:
        message = made(mail)
    except InvalidInput:
        return
    assert message.keys() == HEADERS
    assert [address.addr_spec for address in message["To"].addresses] == [to]


def about(sender: str) -> EmailMessage:
    """Return a message whose subject is what a field says."""
    letter = Letter(subject="$sender", text="$link")
    letters = Letters({"en": {MailKind.MESSAGE: letter}})
    return made(make_mail(MailKind.MESSAGE, fields={"sender": sender}), letters)


@pytest.mark.parametrize("value", ["A =?UTF-8?Q?=0A?=Bcc: x@y", "=?", "", "x" * 500])
def test_unfit_value_in_a_subject_is_refused(value: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        about(value)

    assert caught.value.field == "subject"


@pytest.mark.parametrize("control", ["\n", "\r", "\r\n", "\x00", "\x85", "\u2028"])
def test_control_character_in_a_subject_becomes_a_mark(control: str) -> None:
    message = about(f"A{control}Bcc: x@y.example")

    assert message.keys() == HEADERS
    assert message["Subject"] == f"A{chr(0xFFFD) * len(control)}Bcc: x@y.example"


PRINTABLE = st.characters(exclude_categories=["C", "Zl", "Zp"])


@given(name=st.text(PRINTABLE, min_size=1, max_size=100))
@example(name="\u00c4cme, Inc. <x@y.example>" + "\u00f6" * 60)
@example(name='A "quoted" \\ name; (with) @ all: of, it')
def test_no_portal_name_changes_who_is_written_to(name: str) -> None:
    try:
        portal = Portal(
            tenant="acme", name=name, url="https://a.example/", contact="a@b.example"
        )
    except WiringError:
        assume(False)  # noqa: FBT003 -- hypothesis takes it so
    message = made(make_mail(portal=portal))

    assert message.keys() == HEADERS
    assert [a.addr_spec for a in message["From"].addresses] == [SENDER]
    assert [a.addr_spec for a in message["To"].addresses] == ["ann@customer.example"]


@pytest.mark.parametrize(
    "id_", ["", "a>b", "a b", "../a", "a\r\nb", "\u00e4", "a" * 129]
)
def test_unfit_id_is_refused(id_: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        made(make_mail(id=id_))

    assert caught.value.field == "id"


def test_sender_that_was_not_parsed_is_checked_too() -> None:
    with pytest.raises(InvalidInput) as caught:
        compose(make_mail(), sender=stored_address("a@b,c@d"), letters=Letters())

    assert caught.value.field == "sender"


def test_sender_is_one_plain_address() -> None:
    assert check_sender(" portal@acme.example", setting="sender") == FROM


@pytest.mark.parametrize(
    "sender", ["", "portal", "Acme <portal@acme.example>", "=?a?q?b?=@acme.example"]
)
def test_unfit_sender_is_refused_when_wired(sender: str) -> None:
    with pytest.raises(WiringError) as caught:
        check_sender(sender, setting="FileMailer(sender=…)")

    assert caught.value.setting == "FileMailer(sender=…)"


def test_unfit_mail_is_a_refusal_that_names_the_field_only() -> None:
    error = InvalidInput("ann@b.example", field="to", code="header_unfit")

    expected = Delivery(state=DeliveryState.REFUSED, detail="unfit for a header: to")
    assert refusal(error) == expected
