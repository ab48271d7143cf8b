"""Mailers: which fact catches what is wrong."""

from __future__ import annotations

CAUGHT = {
    "RaisesForABadRecipient": (
        "Mailer",
        "a_recipient_that_is_no_address_is_answered",
        "answer REFUSED or POSTPONED",
    ),
    "RaisesWhenAway": (
        "Mailer",
        "a_server_that_is_away_postpones",
        "send() raised ConnectionRefusedError",
    ),
    "AwayAndSaysSo": (
        "Mailer",
        "a_server_that_is_away_postpones",
        "send() raised Unavailable",
    ),
    "SaysAcceptedWhenAway": (
        "Mailer",
        "a_server_that_is_away_postpones",
        "Answer POSTPONED",
    ),
    "SaysAcceptedForARefusal": (
        "Mailer",
        "a_recipient_the_server_will_not_have_is_refused",
        "Answer REFUSED: the order is over",
    ),
    "RefusesWhatItHasNoTextFor": (
        "Mailer",
        "every_kind_of_mail_is_accepted",
        "Have a text for each MailKind",
    ),
    "SendsTwice": (
        "Mailer",
        "one_mail_goes_to_one_person_once",
        "Do not try again yourself",
    ),
    "CopiesTheArchive": ("Mailer", "one_mail_goes_to_one_person_once", "Copy nobody"),
    "SplitsAtCommas": (
        "Mailer",
        "an_unfit_recipient_brings_nobody_else_a_mail",
        "as one recipient, or answer REFUSED",
    ),
    "MakesANewIdEachTime": (
        "Mailer",
        "two_tries_of_one_order_have_one_id",
        "from `mail.id`",
    ),
    "HasOneIdForAll": (
        "Mailer",
        "two_tries_of_one_order_have_one_id",
        "Two orders arrived with one id",
    ),
    "WrapsSecrets": (
        "Mailer",
        "the_mail_says_what_it_should",
        "arrived without its password, or not as it was",
    ),
    "LogsTheMail": (
        "Mailer",
        "neither_answer_nor_log_repeats_what_is_secret",
        "the log holds a temporary password",
    ),
    "PrintsTheMail": (
        "Mailer",
        "neither_answer_nor_log_repeats_what_is_secret",
        "standard output holds a temporary password",
    ),
    "QuotesTheServer": (
        "Mailer",
        "neither_answer_nor_log_repeats_what_is_secret",
        "servers quote addresses",
    ),
    "AnswersUnprintably": (
        "Mailer",
        "neither_answer_nor_log_repeats_what_is_secret",
        "is not printable",
    ),
    "AnswersYes": (
        "Mailer",
        "every_kind_of_mail_is_accepted",
        "answered with bool, and promises Delivery",
    ),
    "AnswersAWord": (
        "Mailer",
        "every_kind_of_mail_is_accepted",
        "Give a DeliveryState",
    ),
    "SharesItsMail": (
        "Mailer",
        "many_senders_at_once_each_get_their_mail_through",
        "Share no state between two calls",
    ),
    "PostponesInARush": (
        "Mailer",
        "many_senders_at_once_each_get_their_mail_through",
        "Share no connection without a lock",
    ),
}
