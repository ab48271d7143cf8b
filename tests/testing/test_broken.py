"""The kit tested: each wrong adapter is caught, by a message that says what to mend."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

import pytest

from securelogin import testing
from securelogin.errors import Unavailable
from securelogin.mail import MailKind
from securelogin.testing.retention import Shelves
from securelogin.testing.values import GLOBEX, account
from tests.testing.broken import keyed, others, retention

# Broken adapter: contract, fact that catches it, what its message says.
CAUGHT = {
    # -- who wins --
    "ReadsThenAdds": ("Credentials", "of_many_who_add_one_gets_true", "one statement"),
    "AwaitsBetweenReadAndWrite": (
        "Credentials",
        "of_many_who_replace_one_gets_true",
        "do not read first and write then",
    ),
    "RaisesInARace": (
        "Credentials",
        "of_many_who_add_one_gets_true",
        "raised TimeoutError for one of many callers at once. Let it wait",
    ),
    # -- what is written --
    "InsertsOnReplace": ("Credentials", "replace_never_inserts", "never insert here"),
    "InsertsOnReplaceAndSaysNo": (
        "Credentials",
        "replace_never_inserts",
        "replace() stored it",
    ),
    "IgnoresTheVersion": (
        "Credentials",
        "a_stale_replace_leaves_the_record",
        "compare `old.version`",
    ),
    "WritesAndSaysNo": (
        "Credentials",
        "a_stale_replace_leaves_the_record",
        "a stale replace() must not write",
    ),
    "AddsOverWhatIsThere": (
        "Credentials",
        "add_twice_leaves_the_first",
        "let the key be unique",
    ),
    "DeletesOnSpend": (
        "Credentials",
        "replace_writes_every_field",
        "A record stays and is found until it is purged",
    ),
    "ReplacesLookAlikesToo": (
        "Credentials",
        "replace_touches_no_other_record",
        "replace() wrote over another record",
    ),
    "WritesHalf": (
        "Credentials",
        "replace_writes_every_field",
        "Credential.dead has 0 members, not 3",
    ),
    # -- what comes back --
    "FoldsCase": ("Credentials", "get_compares_keys_exactly", "byte for byte"),
    "TrimsKeys": ("Credentials", "get_compares_keys_exactly", "no trimming"),
    "CutsAtNul": ("Credentials", "text_may_hold_a_nul", "Its key is free"),
    "FindsSomebodyForNobody": (
        "Credentials",
        "get_finds_nothing_under_a_free_key",
        "Answer None",
    ),
    "HidesTheSpent": (
        "Credentials",
        "get_returns_what_is_over",
        "what has expired or ended: nothing came back",
    ),
    "HidesWhatHasExpired": (
        "Credentials",
        "get_returns_what_is_over",
        "the rules judge that",
    ),
    "LosesMicroseconds": (
        "Credentials",
        "get_returns_every_field_as_it_was_added",
        "Credential.changed_at went in as .* Keep microseconds",
    ),
    "GivesNaiveTimes": (
        "Credentials",
        "get_returns_every_field_as_it_was_added",
        "Give times back aware, in UTC",
    ),
    "ShiftsTimes": (
        "Credentials",
        "get_returns_every_field_as_it_was_added",
        "Store times in UTC",
    ),
    "GivesPlainWords": (
        "Credentials",
        "get_returns_every_field_as_it_was_added",
        "Make it Death again",
    ),
    "GivesNumbersForFlags": (
        "Credentials",
        "get_returns_every_field_as_it_was_added",
        "Make it bool again",
    ),
    "CutsText": (
        "Credentials",
        "get_returns_every_field_as_it_was_added",
        "no trimming, folding, cutting",
    ),
    "LosesAField": (
        "Credentials",
        "get_returns_every_field_as_it_was_added",
        "Credential.dead has 1 members, not 3",
    ),
    "LosesANumber": (
        "Credentials",
        "get_returns_every_field_as_it_was_added",
        "Credential.generation went in as 7 and came back as 1. Store every field",
    ),
    "RemembersReads": (
        "Credentials",
        "get_reads_the_latest_write",
        "keep no copy, read the backend",
    ),
    "KeepsItToItself": (
        "Credentials",
        "get_sees_what_another_instance_wrote",
        "keep all data in the backend and commit it",
    ),
    # -- how it answers --
    "GivesRowCounts": (
        "Credentials",
        "add_twice_leaves_the_first",
        "Do not hand on a row count: return `count == 1`",
    ),
    "GivesCoroutines": (
        "Credentials",
        "add_twice_leaves_the_first",
        "a coroutine that nobody awaits",
    ),
    "GivesNothing": (
        "Credentials",
        "replace_writes_every_field",
        "replace() answered with NoneType, and promises bool",
    ),
    "SaysNo": (
        "Credentials",
        "add_twice_leaves_the_first",
        "store it and answer True",
    ),
    "RaisesForATakenKey": (
        "Credentials",
        "add_twice_leaves_the_first",
        "add() raised KeyError. It has an answer for everything",
    ),
    "SwallowsErrors": (
        "Credentials",
        "get_raises_unavailable_when_the_backend_is_away",
        "do not swallow the driver's error, raise Unavailable",
    ),
    "LetsDriverErrorsThrough": (
        "Credentials",
        "get_raises_unavailable_when_the_backend_is_away",
        "let ConnectionError through .* Catch the driver's errors",
    ),
    "KeepsHistory": (
        "Credentials",
        "a_hash_that_was_replaced_is_gone",
        "Keep no history of credentials",
    ),
    "HasABlindWitness": (
        "Credentials",
        "a_hash_that_was_replaced_is_gone",
        "The witness does not see what is stored",
    ),
    "HasNoReplace": (
        "Credentials",
        "every_method_is_there_and_of_one_colour",
        "HasNoReplace has no method replace",
    ),
    "MixesColours": (
        "Credentials",
        "every_method_is_there_and_of_one_colour",
        "all of them `async def` or none",
    ),
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
    # -- counters --
    "LosesHits": (
        "Counters",
        "many_who_hit_get_every_number_once",
        "some were lost. Add one and read the total in one statement",
    ),
    "LosesHitsBetweenThreads": (
        "Counters",
        "many_who_hit_get_every_number_once",
        "some were lost",
    ),
    "CountsFromZero": (
        "Counters",
        "hits_are_counted_from_one",
        "Return the total with this hit in it",
    ),
    "GivesTotalsAsText": (
        "Counters",
        "hits_are_counted_from_one",
        "answered with str, and promises int",
    ),
    "NeverOpensAnotherWindow": (
        "Counters",
        "a_hit_at_the_end_of_the_window_opens_the_next",
        "then a new total begins at 1",
    ),
    "KeepsTheLastMomentOfTheWindow": (
        "Counters",
        "a_hit_at_the_end_of_the_window_opens_the_next",
        "A window ends at its first hit's `at + window`, to the microsecond",
    ),
    "GoesByTheFirstWindowOfAll": (
        "Counters",
        "totals_follow_the_law_of_windows",
        "The first hit's window counts until it ends",
    ),
    "ProlongsTheWindow": (
        "Counters",
        "a_hit_does_not_prolong_its_window",
        "Set the window's end with its first hit only",
    ),
    "CountsLookAlikesTogether": (
        "Counters",
        "keys_are_counted_apart",
        "Look-alikes are counted together",
    ),
    "GivesTotalsInTheWrongOrder": (
        "Counters",
        "keys_that_are_hit_together_are_each_counted",
        "so read each total with its key",
    ),
    "CountsTheFirstKeyOnly": (
        "Counters",
        "keys_that_are_hit_together_are_each_counted",
        "Each key has a total and a window of its own",
    ),
    "GivesAllTheFirstKeysWindow": (
        "Counters",
        "each_key_has_the_window_given_with_it",
        "the one given with it by its first hit",
    ),
    "GivesOneTotal": (
        "Counters",
        "hits_are_counted_from_one",
        "answered with int, not with a mapping",
    ),
    "GivesTotalsOfOtherKeys": (
        "Counters",
        "hits_are_counted_from_one",
        "Return a dict: each key that was given, with its new total",
    ),
    "NeverResets": (
        "Counters",
        "as_many_keys_as_are_given_are_forgotten",
        "Forget all of the keys given",
    ),
    "ResetsTheFirstOnly": (
        "Counters",
        "as_many_keys_as_are_given_are_forgotten",
        "Forget all of the keys given",
    ),
    "AnswersToReset": (
        "Counters",
        "as_many_keys_as_are_given_are_forgotten",
        "it promises None",
    ),
    "GrowsForEver": (
        "Counters",
        "the_number_of_keys_is_bounded",
        "Delete ended windows as you go",
    ),
    "GoesWithARollback": (
        "Counters",
        "a_hit_survives_the_applications_rollback",
        "Use a connection of your own in autocommit",
    ),
    "CountsForItself": (
        "Counters",
        "another_instance_goes_on_counting",
        "Keep totals in the backend",
    ),
    # -- the attempt log --
    "RecordGoesWithARollback": (
        "AttemptLog",
        "a_record_survives_the_applications_rollback",
        "rollback took a record away. Use a connection of your own",
    ),
    "BuffersRecords": (
        "AttemptLog",
        "another_instance_finds_the_record",
        "nothing came back",
    ),
    "LosesRecordsInARace": (
        "AttemptLog",
        "many_who_record_lose_nothing",
        "one of many recorded at once is lost",
    ),
    "AnswersToRecord": (
        "AttemptLog",
        "every_field_comes_back_as_it_was_recorded",
        "record() answered with int, and promises NoneType",
    ),
    "SwallowsErrorsOfRecord": (
        "AttemptLog",
        "record_raises_unavailable_when_the_backend_is_away",
        "An outage is no answer",
    ),
    "SearchesAllTenants": (
        "AttemptSearch",
        "only_the_very_key_and_tenant_are_near",
        "Ask for key and tenant",
    ),
    "LeavesTheEndOut": (
        "AttemptSearch",
        "both_ends_of_the_span_belong_to_it",
        "`after` and `before` belong to the span",
    ),
    "GivesTheOldestHundred": (
        "AttemptSearch",
        "the_newest_hundred_near_come_newest_first",
        "Newest first, at most 100",
    ),
    "SearchesByKeyOnly": (
        "AttemptSearch",
        "a_span_without_a_key_is_searched_by_source_and_tenant",
        "near() of a span that names a source",
    ),
    "ErasesTheAttempt": (
        "AttemptErasure",
        "a_person_is_taken_out_and_the_attempt_stays",
        "an erased attempt stays",
    ),
    "ErasesInAllTenants": (
        "AttemptErasure",
        "a_person_is_taken_out_and_the_attempt_stays",
        "in *that* tenant those of the keys",
    ),
    "MiscountsErasures": (
        "AttemptErasure",
        "erasing_nobody_changes_nothing",
        "erase() of nobody answered 1, not 0",
    ),
    "KeepsErasedAddresses": (
        "AttemptErasure",
        "what_was_erased_is_gone",
        "Take it out of indexes, copies and histories",
    ),
    # -- the outbox --
    "WritesOverWhatWasSent": (
        "OutboxQueue",
        "an_order_that_is_recorded_again_stays_as_it_is",
        "Insert if the id is free, and else change nothing",
    ),
    "LeasesWithoutStoring": (
        "OutboxQueue",
        "a_lease_that_has_ended_is_taken_up_again",
        "its mail would be sent twice",
    ),
    "LeasesToMany": (
        "OutboxQueue",
        "each_order_is_leased_to_one_of_many",
        "Lease in the statement that looks",
    ),
    "LeasesForEver": (
        "OutboxQueue",
        "a_lease_that_has_ended_is_taken_up_again",
        "such as a killed courier's: 0 came back, not 1",
    ),
    "LeasesWhatIsNotDue": (
        "OutboxQueue",
        "what_is_not_due_or_has_ended_is_not_leased",
        "which are not due or are over",
    ),
    "LeasesTheNewestFirst": (
        "OutboxQueue",
        "orders_due_at_one_moment_go_in_the_order_they_came",
        "Keep their order",
    ),
    "LeasesTooMany": (
        "OutboxQueue",
        "the_oldest_go_first_and_no_more_than_the_limit",
        "no more than `limit`",
    ),
    "LeasesAGenerator": (
        "OutboxQueue",
        "an_order_recorded_twice_is_sent_once",
        "a list or a tuple",
    ),
    "LeasesEachTwice": (
        "OutboxQueue",
        "an_order_recorded_twice_is_sent_once",
        "Let its id be unique",
    ),
    "LeasesWhatWasSent": (
        "OutboxQueue",
        "a_settled_order_stays_settled",
        "Lease what is WAITING only",
    ),
    "InsertsOrdersOnReplace": (
        "OutboxQueue",
        "replace_never_inserts",
        "replace() stored it",
    ),
    "TellsOfOtherTenants": (
        "OutboxQueue",
        "orders_are_found_by_account_or_key",
        "of that key in that tenant",
    ),
    # -- retention --
    "CountsWhatIsOverJustNow": (
        "Purge",
        "what_is_overdue_is_counted_and_stays",
        "it is not before it",
    ),
    "DeletesWhileCounting": (
        "Purge",
        "what_is_overdue_is_counted_and_stays",
        "it only counts",
    ),
    "PurgesWithoutLimit": (
        "Purge",
        "the_longest_over_go_first_and_no_more_than_the_limit",
        "`limit` at most",
    ),
    "PurgesTheNewestFirst": (
        "Purge",
        "the_longest_over_go_first_and_no_more_than_the_limit",
        "longest over first",
    ),
    "PurgesOneKindForAnother": (
        "Purge",
        "one_kind_is_purged_and_no_other",
        "Delete of that kind only",
    ),
    "PurgesTheCredential": (
        "Purge",
        "a_credential_stays_without_its_temporary_password",
        "only the temporary password goes",
    ),
    "PurgesWhatWaits": (
        "Purge",
        "what_has_no_end_is_never_purged",
        "an order that waits has no end",
    ),
    "CountsWhatItChose": (
        "Purge",
        "each_goes_by_one_of_many_who_purge_at_once",
        "Count what the statement has deleted",
    ),
    "LeavesTheOutbox": (
        "Erasure",
        "a_person_is_taken_out_and_the_records_stay",
        "erase() answered 3; it blanked 4",
    ),
    "ErasesOfEveryTenant": (
        "Erasure",
        "a_person_is_taken_out_and_the_records_stay",
        "keys of *that* tenant",
    ),
    "ErasesAndKeepsTheVersion": (
        "Erasure",
        "a_courier_cannot_write_the_address_back",
        "erase() has to raise the version",
    ),
    "ErasesNobodyAndSaysOne": (
        "Erasure",
        "erasing_nobody_changes_nothing",
        "erase() of nobody answered 1, not 0",
    ),
    "KeepsAHistory": (
        "Erasure",
        "what_was_erased_is_gone",
        "Take it out of indexes, copies and histories",
    ),
    # -- mailers --
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


def made(name: str) -> Any:
    places = (keyed, others, retention)
    return next(getattr(place, name) for place in places if hasattr(place, name))


def arguments(contract: Any, broken: Any, request: Any) -> dict[str, Callable[[], Any]]:
    """Return what pytest would hand to a fact, made only when it is asked for."""
    subject = contract.faced(broken)
    people = (
        account(aliases=(account("b").primary,)),
        account("x", tenant=GLOBEX),
    )
    return {
        "subject": lambda: subject,
        "stored": lambda: contract.put(subject, contract.kind.make("ann")),
        "known": lambda: [contract.put(subject, one) for one in people],
        "another": lambda: contract.faced(broken.reopen()),
        "away": lambda: contract.faced(broken.unreachable()),
        "raw": lambda: broken.witness,
        "rolled_back": lambda: broken.rollback(),  # noqa: PLW0108 -- some have none
        "held": lambda: broken.counted,
        "postbox": lambda: broken.arrived,
        "unwanted": lambda: broken.refused_address,
        "kind": lambda: MailKind.TEMPORARY_PASSWORD,
        "how_many": lambda: 5,
        "shelves": lambda: Shelves(broken.store),
        "caplog": lambda: request.getfixturevalue("caplog"),
        "capfd": lambda: request.getfixturevalue("capfd"),
    }


def state(contract_name: str, fact: str, broken: Any, request: Any) -> None:
    """Have one fact of a contract tested."""
    contract = getattr(testing, f"{contract_name}Contract")()
    test = getattr(contract, f"test_{fact}")
    given = arguments(contract, broken, request)
    test(**{name: given[name]() for name in inspect.signature(test).parameters})


@pytest.mark.parametrize("name", CAUGHT)
def test_a_wrong_adapter_is_caught_and_its_author_told(name, request):
    contract, fact, says = CAUGHT[name]

    with pytest.raises(AssertionError) as caught:
        state(contract, fact, made(name)(), request)

    told = str(caught.value).replace("\n", " ")
    assert says in told or re.search(says, told), told


@pytest.mark.parametrize(
    "name", ["IgnoresTheVersion", "FoldsCase", "AddsOverWhatIsThere"]
)
def test_verbs_in_any_order_find_it_too(name, request):
    with pytest.raises(AssertionError, match=r"(add|replace|get)\(\)"):
        state(
            "Credentials",
            "any_verbs_in_any_order_are_as_with_a_dictionary",
            made(name)(),
            request,
        )


@pytest.mark.parametrize("name", ["Shelf", "AsyncShelf"])
def test_a_right_adapter_passes_what_catches_the_wrong_ones(name, request):
    facts = {fact for contract, fact, _ in CAUGHT.values() if contract == "Credentials"}
    for fact in sorted(facts):
        if not {"another", "away", "raw"} & set(
            inspect.signature(
                getattr(testing.CredentialsContract, f"test_{fact}")
            ).parameters
        ):
            state("Credentials", fact, made(name)(), request)


PARTS = {"accounts", "credentials", "sessions", "counters", "attempts", "outbox"}


class Away:
    """Right: its backend is away, and whatever is asked of it, it says so."""

    def unreachable(self):
        return self

    def __getattr__(self, verb):
        if verb in PARTS:
            raise AttributeError(verb)

        def call(*args, **options):
            raise Unavailable("down", adapter="Away", verb=verb)

        return call


@pytest.mark.parametrize(
    "contract",
    [
        "AccountRegistry",
        "Credentials",
        "Sessions",
        "Counters",
        "Attempts",
        "OutboxQueue",
    ],
)
def test_who_says_that_the_backend_is_away_passes(contract, request):
    facts = [
        name.removeprefix("test_")
        for name in dir(getattr(testing, f"{contract}Contract"))
        if name.endswith("_when_the_backend_is_away")
    ]

    assert facts
    for fact in facts:
        state(contract, fact, Away(), request)


def test_there_are_enough_of_them():
    assert len(CAUGHT) >= 25


def test_every_wrong_adapter_is_in_the_table():
    right = {"AsyncShelf", "Counting", "Log", "Post", "Queue", "Reads", "Registry"}
    right |= {"Right", "Shelf", "Transactional"}
    classes = {
        name
        for module in (keyed, others, retention)
        for name, kind in inspect.getmembers(module, inspect.isclass)
        if kind.__module__ == module.__name__
    }

    assert classes - right == set(CAUGHT)
