"""Talk to the mail server as far as a log-in, and send nothing."""

from __future__ import annotations

import smtplib
import ssl

from securelogin.mailers.smtp import Relay

__all__ = ["probe"]


def probe(relay: Relay, /) -> str:
    """Return what is wrong with the way to the mail server; "" if nothing is.

    Names kinds of errors and codes only: servers quote addresses.
    """
    try:
        with relay.connect() as line:
            line.ehlo_or_helo_if_needed()
            if relay.tls is not None and not relay.is_wrapped:
                line.starttls(context=relay.tls)
            if relay.user is not None and relay.password is not None:
                line.login(relay.user, relay.password.reveal())
            code, _ = line.noop()
            return "" if code == _OK else f"it answers NOOP with {code}."
    except ssl.SSLCertVerificationError as error:
        return f"its certificate was not accepted: {error.verify_message}."
    except smtplib.SMTPNotSupportedError:
        return "it offers no STARTTLS, or no log-in."
    except smtplib.SMTPResponseException as error:
        return f"it answered with {error.smtp_code}."
    except (OSError, ValueError) as error:
        return f"no connection ({type(error).__name__})."


_OK = 250
