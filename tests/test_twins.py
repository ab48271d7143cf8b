"""The sync flows are the async ones without their colour, and nothing else."""

from __future__ import annotations

import ast
import re

import pytest

from scripts.twins import PHRASES, TWINS, sync_twin


class Colourless(ast.NodeTransformer):
    """Drop `async`, `await`, `Awaitable[…]` and the prefix `Async` from a tree."""

    def visit_AsyncFunctionDef(self, node):
        plain = ast.FunctionDef(**{f: getattr(node, f, None) for f in node._fields})
        return self.generic_visit(ast.copy_location(plain, node))

    def visit_AsyncWith(self, node):
        plain = ast.With(**{f: getattr(node, f, None) for f in node._fields})
        return self.generic_visit(ast.copy_location(plain, node))

    def visit_Await(self, node):
        return self.visit(node.value)

    def visit_Subscript(self, node):
        if isinstance(node.value, ast.Name) and node.value.id == "Awaitable":
            return self.visit(node.slice)
        return self.generic_visit(node)


def _plain(text: str) -> str:
    for phrase, twin in PHRASES:
        text = text.replace(phrase, twin)
    return text


def tree_of(path) -> str:
    tree = Colourless().visit(ast.parse(_plain(path.read_text("utf-8"))))
    # Names lose their prefix, so the order of imports is no difference.
    imports = sorted(
        f"{getattr(node, 'module', '')} {alias.name}".replace("Async", "")
        for node in tree.body
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    )
    rest = [
        ast.dump(node).replace("Async", "")
        for node in tree.body
        if not isinstance(node, (ast.Import, ast.ImportFrom))
    ]
    return "\n".join(imports + rest)


@pytest.mark.parametrize("source", TWINS, ids=lambda path: path.stem)
def test_a_sync_file_is_its_async_twin_without_the_colour(source):
    assert tree_of(TWINS[source]) == tree_of(source)


def test_every_sync_flow_has_an_async_twin():
    folders = {twin.parent for twin in TWINS.values()}
    flows = next(folder for folder in folders if folder.name == "flows")

    assert {p for p in flows.glob("*.py") if p.name != "__init__.py"} == {
        twin for twin in TWINS.values() if twin.parent == flows
    }


def test_a_line_that_is_missing_in_one_twin_is_seen(tmp_path):
    source = next(path for path in TWINS if path.name == "login.py")
    text = source.read_text("utf-8")
    line = r" +await self\._log\.record\(.*\n"
    shorter = re.sub(line, "", text, count=1)
    assert shorter != text
    (tmp_path / "one.py").write_text(sync_twin(text))
    (tmp_path / "two.py").write_text(sync_twin(shorter))

    assert tree_of(tmp_path / "one.py") != tree_of(tmp_path / "two.py")
