"""What a file has is read line by line, and nothing of it is lost."""

from __future__ import annotations

import io
import json

import pytest

from securelogin.errors import WiringError
from securelogin.imports import (
    Record,
    read_csv,
    read_json_lines,
    read_record,
)
from tests.imports.moves import HASH, HOME, PORTALS


def test_csv_is_read_line_by_line_and_what_is_broken_spoils_its_own_only():
    text = (
        "Address,active,shoe size\r\n"
        "ann@acme.example,true,40\r\n"
        '"quoted, name"@x,1,"4""0"\r\n'
        "short@acme.example\r\n"
        "\r\n"
        "long@acme.example,1,2,3\r\n"
        "bob@acme.example,no,\r\n"
        '"never closed'
    )

    records = list(read_csv(io.StringIO(text, newline="")))

    assert (records[0].place, records[0].fault) == ("line 2", "")
    assert records[0].found["address"] == "ann@acme.example"
    assert [one.place for one in records if one.fault] == [
        "line 3",
        "line 4",
        "line 6",
        "line 8",
    ]
    assert records[-2].found["address"] == "bob@acme.example"
    assert records[3].found == {
        "address": "long@acme.example",
        "active": "1",
        "shoe size": "2",
        "": ["3"],
    }


def read(text: str) -> list[Record]:
    return list(read_csv(io.StringIO(text, newline="")))


@pytest.mark.parametrize("end", ["", 'z@x.example,"en"\r\n'])
def test_a_stray_quote_spoils_its_own_line_and_swallows_nobody(end):
    others = [f"a{number}@x.example," for number in range(20_000)]

    first, *rest = read(
        "address,language\r\n"
        'stray@x.example,"en\r\n' + "\r\n".join(others) + "\r\n" + end
    )

    assert (first.place, first.found) == ("line 2", {"": 'stray@x.example,"en'})
    assert "no CSV" in first.fault
    assert not any(one.fault for one in rest)
    assert [one.found["address"] for one in rest][:20_000] == [
        other.removesuffix(",") for other in others
    ]
    assert rest[19_999].place == "line 20002"


def test_a_stray_quote_says_how_far_it_was_followed():
    first, *rest = read('address,language\na@x,"en\nb@x,\nc@x,"de"\nd@x,\n')

    assert (first.place, "up to line 4" in first.fault) == ("line 2", True)
    assert [one.place for one in rest] == ["line 3", "line 4", "line 5"]


def test_a_field_that_goes_over_lines_is_refused_with_all_of_its_lines():
    within = 'a@x.example,"en\r\nb@x.example,\r\nc@x.example,"'

    first, second = read(f"address,language\r\n{within}\r\nd@x.example,\r\n")

    assert first.place == "lines 2 to 4"
    assert first.found == {"": within}
    assert read_record(first, home=HOME, portals=PORTALS).code == "record_malformed"
    assert (second.place, second.found["address"]) == ("line 5", "d@x.example")


def test_what_somebody_wrote_into_a_field_makes_nobody():
    note = '"hello\nboss@acme.example,' + HASH + ',\n"'

    records = read(f"address,password_hash,note\nann@acme.example,,{note}\n")

    assert [one.place for one in records] == ["lines 2 to 4"]
    assert all(one.fault for one in records)


@pytest.mark.parametrize(
    "text",
    [
        'address,"lang\nann@x.example,\n',
        'address,"lang" uage\n',
        'address,"lang\nann@x.example,"\nbob@x.example,\n',
    ],
)
def test_a_first_line_with_a_stray_quote_is_refused(text):
    with pytest.raises(WiringError, match="first line"):
        read(text)


@pytest.mark.parametrize("text", ["", "email,password\n"])
def test_csv_without_a_column_for_the_address_is_refused(text):
    with pytest.raises(WiringError, match="address"):
        list(read_csv(io.StringIO(text)))


def test_json_lines_are_read_and_what_is_none_is_kept():
    lines = ['{"address": "ann@acme.example"}\n', "\n", "[1]\n", "{oops\n", "[" * 9_999]

    first, *faulty = read_json_lines(lines)

    assert first.found == {"address": "ann@acme.example"}
    assert [(one.place, one.found[""]) for one in faulty] == [
        ("line 3", "[1]"),
        ("line 4", "{oops"),
        ("line 5", "[" * 9_999),
    ]
    rejected = read_record(faulty[0], home=HOME, portals=PORTALS)
    assert (rejected.name, rejected.code) == ("", "record_malformed")


@pytest.mark.parametrize("name", ["active", "Active", " ACTIVE "])
def test_names_of_json_are_taken_as_those_of_columns_are(name):
    line = json.dumps({"Address": "ann@acme.example", name: False, "Other": 1})

    (record,) = read_json_lines([line])

    assert record.found == {"address": "ann@acme.example", "active": False, "Other": 1}
    assert not record.fault


@pytest.mark.parametrize("second", ["active", "Active"])
def test_which_of_two_counts_is_not_guessed(second):
    line = f'{{"address": "ann@acme.example", "active": true, "{second}": false}}\n'

    (record,) = read_json_lines([line])

    assert record.fault == "it names active twice"
    assert record.found == {"": line.rstrip()}
    with pytest.raises(WiringError, match="names a column twice: active"):
        list(read_csv([f"address,active,{second}\n", "ann@acme.example,1,0\n"]))


def test_what_means_nothing_here_may_be_there_twice():
    (record,) = read_csv(["address,note,note\n", "ann@acme.example,a,b\n"])
    (line,) = read_json_lines(['{"address": "ann@acme.example", "x": 1, "X": 2}'])

    assert (record.fault, line.fault) == ("", "")
    assert (line.found["x"], line.found["X"]) == (1, 2)
