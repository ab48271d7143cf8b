"""The code of pages of the docs, as modules: what a page shows is what is tested."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType

PAGES = Path(__file__).resolve().parents[2] / "docs"
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def module_of(page: str, *, until: str) -> ModuleType:
    """Return a module of the page's blocks, up to a heading.

    Another process finds its functions where `tests.testing.pages` is imported.
    """
    text = (PAGES / f"{page}.md").read_text(encoding="utf-8")
    before, _, _ = text.partition(f"\n## {until}\n")
    blocks = [code for code in BLOCK.findall(before) if not code.startswith(">>>")]
    name = page.rpartition("/")[2].replace("-", "_")
    module = ModuleType(f"{__name__}.{name}")
    sys.modules[module.__name__] = module
    exec(compile("\n".join(blocks), page, "exec"), vars(module))  # noqa: S102 -- our own
    return module


SQL_STORE = '`SQLStore(source, *, prefix="securelogin_", schema=None)`'
storage = module_of("how-to/write-a-storage-adapter", until="Wire it")
stores = module_of("reference/stores", until=SQL_STORE)
mail = module_of("how-to/write-a-mail-adapter", until="Use it")
reference = module_of("reference/testing", until="Names")
framework = module_of("how-to/write-a-framework-adapter", until="Never")
