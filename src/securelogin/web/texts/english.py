"""The pages in English."""

from __future__ import annotations

__all__ = ["ENGLISH"]

ENGLISH = {
    # Titles
    "page.login": "Log in",
    "page.temporary": "Log in for the first time",
    "page.forgot": "Forgot your password?",
    "page.check_mail": "Check your mail",
    "page.new_password": "Choose a new password",
    "page.change_password": "Change your password",
    "page.address": "Confirm your new address",
    "page.sessions": "Where you are logged in",
    "page.logout": "Log out",
    "page.help": "Help with logging in",
    "page.refused": "That did not work",
    "page.overloaded": "One moment, please",
    "page.stale": "Please send the form again",
    "page.problem": "There is nothing here",
    # Labels and buttons
    "label.address": "Mail address",
    "label.password": "Password",
    "label.temporary": "Temporary password",
    "label.current": "Current password",
    "label.new": "New password",
    "button.login": "Log in",
    "button.next": "Next",
    "button.forgot": "Send a temporary password",
    "button.save": "Save the new password",
    "button.confirm": "Confirm the new address",
    "button.logout": "Log out",
    "button.end": "End this session",
    "button.end_others": "End all other sessions",
    "button.again": "Load the form again",
    "button.show": "Show",
    "button.hide": "Hide",
    "button.copy": "Copy",
    "button.copied": "Copied",
    # Ways on
    "link.skip": "Skip to the form",
    "link.forgot": "Forgot your password?",
    "link.temporary": "I have a temporary password",
    "link.lasting": "I have set a password already",
    "link.help": "Help with logging in",
    "link.login": "Back to log-in",
    "link.other_address": "Use another address",
    "link.change_password": "Change your password",
    "link.sessions": "Where you are logged in",
    # Sentences
    "login.message": (
        "A secure message is waiting for you. Log in with the address that the "
        "notification was sent to."
    ),
    "login.address_hint": "The address that messages of this portal are sent to.",
    "temporary.hint": (
        "Type the temporary password from the mail by hand. Case and dashes do not "
        "matter. You then choose a password of your own."
    ),
    "forgot.hint": (
        "We send a temporary password to your address. Your present password keeps "
        "working until you have chosen a new one."
    ),
    "check_mail.mark": "The mail shows this mark:",
    "check_mail.again": "No mail? Look at your junk mail, then ask again.",
    "new.hint": "At least {minimum} characters. A few words in a row are good.",
    "new.after": "You then log in with the new password.",
    "new.counted": "{count} of at least {minimum} characters",
    "new.enough": "Long enough",
    "change.hint": "All other sessions end, and you get a mail about the change.",
    "address.hint": (
        "It becomes your address here once the mails to the old and to the new one are "
        "both confirmed."
    ),
    "sessions.this": "This session",
    "sessions.began": "Began",
    "sessions.seen": "Last used",
    "sessions.unknown": "Unknown browser",
    "sessions.from": "From",
    "logout.question": "Do you want to log out?",
    "stale.hint": (
        "The form was open for too long, or your browser keeps no cookies. Nothing "
        "was changed."
    ),
    # What the last step did
    "notice.changed": "Your password has been changed.",
    "notice.logged_out": "You are logged out.",
    "notice.ended": "The session has ended.",
    "notice.address_half": (
        "Confirmed. Now confirm the mail in your other mailbox as well."
    ),
    "notice.address_done": "Your new address is in use from now on.",
    # What support asks for
    "report.title": "What your support needs",
    "report.reference": "Reference",
    "report.time": "Time",
    "report.url": "Page",
    "report.browser": "Browser",
    "report.user_agent": "Browser in full",
    "report.address": "Address as typed",
    # Plain errors
    "problem.not_found": "There is no page at this address.",
    "problem.not_allowed": "This page cannot be called in this way.",
    "problem.too_large": "That was too much for one request.",
    "problem.unsupported": "This kind of request is not understood.",
    "problem.malformed": "The request cannot be read.",
    # Common solutions
    "help.intro": "What helps most people, the likeliest first.",
    "help.contact": "Still no luck? The administrator of this portal is {contact}.",
    "help.url": "Is it the right page?",
    "help.url.cure": (
        "Each organisation has a portal of its own. Use the link in your "
        "notification, or ask for the right URL."
    ),
    "help.link": "You received a message from outside your organisation?",
    "help.link.cure": (
        "Use the link in the notification; it is good for {days} days, for you alone. "
        "After that, ask the sender to send the message again."
    ),
    "help.primary": "Is it the right address?",
    "help.primary.cure": (
        "Type your primary address in full, the one the mail was sent to, and no alias."
    ),
    "help.address": "Is it the right address?",
    "help.address.cure": "Type the address in full, as the mail was sent to it.",
    "help.temporary": "You have a temporary password?",
    "help.temporary.cure": (
        "Type the one from the newest mail by hand. It is good for {minutes} minutes "
        "and works once; then you choose a password of your own."
    ),
    "help.forgot": "You forgot your password?",
    "help.forgot.cure": (
        "Ask for a temporary password. The mail is good for {minutes} minutes, and "
        "shows the same mark as the page on which you asked."
    ),
    "help.mail": "There is no mail?",
    "help.mail.cure": (
        "Wait a few minutes, look at your junk mail, and check the address. A mail is "
        "sent only to an address that has an account here."
    ),
    "help.new_password": "The new password is not taken?",
    "help.new_password.cure": (
        "It needs at least {minimum} characters and must not be one that is easy to "
        "guess. You may paste it from a password manager."
    ),
    "help.waiting": "You tried many times?",
    "help.waiting.cure": (
        "After {tries} tries you have to wait up to {minutes} minutes. A temporary "
        "password works at once."
    ),
    "help.browser": "Does the browser keep cookies?",
    "help.browser.cure": (
        "The portal needs cookies. Update your browser, allow them for this page, or "
        "try another browser."
    ),
    "help.idle": "You were logged out?",
    "help.idle.cure": (
        "A session that is not used ends after {minutes} minutes. Simply log in again."
    ),
    "help.support": "You need somebody to look at it?",
    "help.support.cure": (
        "Contact your administrator, or the sender of the message if you received "
        "one, and quote the reference that the page shows."
    ),
}
