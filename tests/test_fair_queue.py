"""The laws of the queue: nobody is lost, turns go round, crowds give way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securelogin.fair_queue import FairQueue

SOURCES = st.sampled_from("abcde")


def filled(sources: str, room: int = 99) -> FairQueue[tuple[str, int]]:
    queue: FairQueue[tuple[str, int]] = FairQueue()
    for number, source in enumerate(sources):
        queue.add((source, number), source=source, room=room)
    return queue


def emptied(queue: FairQueue[tuple[str, int]]) -> list[tuple[str, int]]:
    return [item for _ in range(len(queue)) if (item := queue.take()) is not None]


def test_an_empty_queue_gives_nothing():
    assert FairQueue().take() is None


@pytest.mark.parametrize(
    ("came", "went"),
    [
        ("aaa", "aaa"),
        ("ab", "ab"),
        ("aaab", "abaa"),
        ("aabbc", "abcab"),
        ("aaaabc", "abcaaa"),
    ],
)
def test_sources_take_turns(came, went):
    assert "".join(source for source, _ in emptied(filled(came))) == went


@given(st.text("abcde", max_size=40))
def test_within_a_source_who_came_first_goes_first(came):
    order = emptied(filled(came))

    for source in "abcde":
        numbers = [number for name, number in order if name == source]
        assert numbers == sorted(numbers)
    assert len(order) == len(came)


@given(st.text("abcde", max_size=40))
def test_C75_between_two_turns_of_a_source_every_other_that_waits_has_one(came):
    order = [source for source, _ in emptied(filled(came))]

    for position, source in enumerate(order):
        following = order[position + 1 :]
        if source in following:
            between = following[: following.index(source)]
            assert sorted(set(following) - {source}) == sorted(between)


@pytest.mark.parametrize(
    ("waiting", "newcomer", "gone"),
    [
        ("aa", "b", "a"),
        ("aaab", "b", "a"),
        # To change places would help nobody.
        ("a", "b", "b"),
        ("ab", "c", "c"),
        ("aab", "b", "b"),
        ("aaa", "a", "a"),
        ("", "a", "a"),
    ],
)
def test_C75_where_room_runs_out_the_larger_crowd_gives_way(waiting, newcomer, gone):
    queue = filled(waiting)

    pushed = queue.add((newcomer, 99), source=newcomer, room=len(waiting))

    assert pushed is not None
    assert pushed[0] == gone
    # Always its newest: whoever has waited longest stays.
    held = [n for n, source in enumerate(waiting) if source == gone]
    assert pushed[1] == (99 if gone == newcomer else max(held))
    assert len(queue) == len(waiting)


@given(came=st.lists(SOURCES, max_size=60), room=st.integers(0, 12))
def test_C75_no_source_within_its_share_is_turned_away(came, room):
    queue: FairQueue[tuple[str, int]] = FairQueue()
    waiting: list[str] = []
    for number, source in enumerate(came):
        gone = queue.add((source, number), source=source, room=room)
        waiting.append(source)
        if gone is not None:
            share = room // len(set(waiting))
            assert waiting.count(gone[0]) > share
            waiting.remove(gone[0])
        assert len(queue) == len(waiting) <= room


@given(came=st.text("abc", min_size=1, max_size=20), which=st.integers(0))
def test_what_is_removed_never_comes_and_all_others_do(came, which):
    queue, items = filled(came), list(zip(came, range(len(came)), strict=True))
    left = items.pop(which % len(items))

    queue.remove(left, source=left[0])

    assert sorted(emptied(queue)) == sorted(items)
    with pytest.raises(KeyError):
        queue.remove(left, source=left[0])
