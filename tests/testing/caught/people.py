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
        "place 1 holds another one than it should. Sort",
    ),
    "GivesTwinsByDigest": (
        "Sessions",
        "of_two_begun_at_one_moment_the_one_added_later_comes_first",
        "the one added later comes first.: place 1 holds another one",
    ),
    "GivesAGenerator": ("Sessions", "what_has_ended_is_not_held", "a list or a tuple"),
    "HoldsEndedSessions": (
        "Sessions",
        "what_has_ended_is_not_held",
        "3 came back, not 1",
    ),
    "LetsEndedSessionsHideOthers": (
        "Sessions",
        "ended_sessions_hide_no_older_one",
        "Leave out what has ended, then take 100",
    ),
    "HoldsNothingThatIsOver": (
        "Sessions",
        "what_is_over_but_has_not_ended_is_held",
        "Look at ended_at alone",
    ),
    "HoldsEveryonesSessions": (
        "Sessions",
        "an_account_holds_no_sessions_of_a_look_alike",
        "byte for byte",
    ),
}
