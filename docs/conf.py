"""Settings of Sphinx. Build with: sphinx-build -W docs docs/_build."""

from __future__ import annotations

from importlib import metadata

import django
from django.conf import settings

# Django's models can be described once it has settings.
settings.configure(
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "securelogin.django",
    ]
)
django.setup()

project = "securelogin"
author = "The securelogin authors"
copyright = author
# Not imported as `version`: Sphinx reads that name as a setting.
version = release = metadata.version("securelogin")

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
]
exclude_patterns = ["_build"]

myst_enable_extensions = ["colon_fence", "deflist"]
# So deep do headings get a name of their own to link to.
myst_heading_anchors = 3

# `Name` in a docstring links to what is called so, and is plain code otherwise.
default_role = "py:obj"
autodoc_member_order = "bysource"
# Show a default as it is written, not as the repr of what it became.
autodoc_preserve_defaults = True
autodoc_default_options = {"members": True}
napoleon_numpy_docstring = False
# Attributes are listed once, although the dataclass's fields are members as well.
napoleon_use_ivar = True

html_theme = "furo"
html_title = "securelogin"
html_show_sphinx = False
html_copy_source = False
