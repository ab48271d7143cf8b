"""Make the table that connects users and accounts."""

from __future__ import annotations

from typing import Any, ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.migrations.operations.base import Operation

import securelogin.django.models

__all__ = ["Migration"]


class Migration(migrations.Migration):
    """As `makemigrations` wrote it, in our form."""

    initial: ClassVar[bool | None] = True

    dependencies: ClassVar[list[Any]] = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL)
    ]

    operations: ClassVar[list[Operation]] = [
        migrations.CreateModel(
            name="PortalAccount",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=securelogin.django.models.new_account_id,
                        editable=False,
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("tenant", models.CharField(max_length=64)),
                ("key", models.CharField(editable=False, max_length=320, null=True)),
                (
                    "audience",
                    models.CharField(default="internal", editable=False, max_length=32),
                ),
                ("language", models.CharField(default="en", max_length=64)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="portal_accounts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "account",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "key"), name="securelogin_one_address"
                    ),
                    models.UniqueConstraint(
                        fields=("user", "tenant"), name="securelogin_one_account"
                    ),
                ],
            },
        ),
    ]
