"""Hashes that the real libraries have made of `PASSWORD`, at the lowest cost.

Django 5.2.19, Werkzeug 3.1.9, passlib 1.7.4, bcrypt 4.0.1, Flask-Security 5.9.2.
"""

from __future__ import annotations

import json
from pathlib import Path

from securelogin.hidden import Hidden

PASSWORD = "Müller quiet harbour"
SALT = Hidden("146585145368132386173505678016728509634")
HASHES: dict[str, str] = json.loads(
    Path(__file__).with_suffix(".json").read_text("utf-8")
)
FLASK_SECURITY = {
    name: stored for name, stored in HASHES.items() if name.startswith("Flask-Security")
}
