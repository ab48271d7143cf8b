"""The reference page says what the code reads."""

from __future__ import annotations

from scripts.configuration_reference import PAGE, main, page
from securelogin.configuration.reading import POLICY_PARTS, TABLES


def test_page_is_what_the_code_makes():
    made, bare = page()

    assert bare == []
    assert PAGE.read_text("utf-8") == made


def test_every_part_of_the_policy_is_a_table():
    assert {"limits", "lifetimes"} <= set(POLICY_PARTS) <= set(TABLES)


def test_page_that_is_out_of_date_is_seen(tmp_path, monkeypatch, capsys):
    old = tmp_path / "configuration.md"
    monkeypatch.setattr("scripts.configuration_reference.PAGE", old)

    assert main(["--check"]) == 1
    assert main(["--write"]) == 0
    assert main(["--check"]) == 0
    assert "out of date" in capsys.readouterr().out
