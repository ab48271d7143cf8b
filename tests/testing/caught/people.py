"""Accounts and sessions: which fact catches what is wrong."""

from __future__ import annotations

CAUGHT = {
    # -- accounts --
    "IgnoresTheTenant": (
        "AccountRegistry",
        "a_tenant_has_accounts_of_its_own",
        "an account of another tenant",
    ),
    "FoldsAddresses": (
        "AccountRegistry",
        "nobody_is_found_by_a_look_alike",
        "no folding of case",
    ),
    "ForgetsAliases": (
        "AccountRegistry",
        "an_account_is_found_by_each_of_its_keys",
        "find() by a known address: nothing came back",
    ),
    "SharesAddresses": (
        "AccountRegistry",
        "an_address_is_one_account_s",
        "let (tenant, key) be unique",
    ),
    "WritesHalfAnAccount": (
        "AccountRegistry",
        "an_address_is_one_account_s",
        "account and addresses in one transaction",
    ),
    "KeepsDroppedAddresses": (
        "AccountRegistry",
        "an_address_that_was_dropped_is_free_again",
        "Write the addresses anew",
    ),
    # -- sessions --
    "GivesTheOldestFirst": (
        "Sessions",
        "the_newest_hundred_of_an_account_come_newest_first",
        "Newest first",
    ),
    "GivesAGenerator": ("Sessions", "ended_sessions_are_held_too", "a list or a tuple"),
    "HidesEndedSessions": (
        "Sessions",
        "ended_sessions_are_held_too",
        "0 came back, not 1",
    ),
    "HoldsEveryonesSessions": (
        "Sessions",
        "an_account_holds_no_sessions_of_a_look_alike",
        "byte for byte",
    ),
}
