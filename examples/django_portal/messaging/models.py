"""What is written."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models


def new_name() -> str:
    """Return a name that nobody can guess: it stands in the link's row."""
    return secrets.token_urlsafe(9)


class Message(models.Model):
    """One message of one sender."""

    name = models.CharField(primary_key=True, max_length=16, default=new_name)
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    text = models.TextField()

    def __str__(self) -> str:
        return self.name
