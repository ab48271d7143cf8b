"""Make the tables of `DjangoStore`."""

from __future__ import annotations

from typing import Any, ClassVar

import django.db.models.deletion
from django.db import migrations, models
from django.db.migrations.operations.base import Operation

import securelogin.django.fields

__all__ = ["Migration"]


class Migration(migrations.Migration):
    """As `makemigrations` wrote it, in our form."""

    dependencies: ClassVar[list[Any]] = [
        ("securelogin", "0001_initial"),
    ]

    operations: ClassVar[list[Operation]] = [
        migrations.CreateModel(
            name="StoredAccount",
            fields=[
                (
                    "id",
                    securelogin.django.fields.ExactText(
                        max_length=64, primary_key=True, serialize=False
                    ),
                ),
                ("tenant", securelogin.django.fields.ExactText(max_length=64)),
                ("audience", securelogin.django.fields.ExactText(max_length=32)),
                ("address", securelogin.django.fields.ExactText(max_length=320)),
                ("aliases", models.TextField()),
                ("status", securelogin.django.fields.ExactText(max_length=32)),
                ("language", securelogin.django.fields.ExactText(max_length=64)),
                (
                    "change_id",
                    securelogin.django.fields.ExactText(max_length=64, null=True),
                ),
                (
                    "change_address",
                    securelogin.django.fields.ExactText(max_length=320, null=True),
                ),
                ("change_until", models.BigIntegerField(null=True)),
                ("change_confirmed", models.TextField(null=True)),
                ("version", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="StoredAttempt",
            fields=[
                ("seq", models.BigAutoField(primary_key=True, serialize=False)),
                ("reference", securelogin.django.fields.ExactText(max_length=64)),
                ("at", models.BigIntegerField()),
                ("operation", securelogin.django.fields.ExactText(max_length=32)),
                ("causes", models.TextField()),
                ("tenant", securelogin.django.fields.ExactText(max_length=64)),
                ("portal", securelogin.django.fields.ExactText(max_length=512)),
                ("url", securelogin.django.fields.ExactText(max_length=512)),
                ("lookup", securelogin.django.fields.ExactText(max_length=320)),
                ("typed", securelogin.django.fields.ExactText(max_length=320)),
                (
                    "account",
                    securelogin.django.fields.ExactText(max_length=64, null=True),
                ),
                ("link", securelogin.django.fields.ExactText(max_length=64, null=True)),
                ("form", securelogin.django.fields.ExactText(max_length=32, null=True)),
                ("ip", securelogin.django.fields.ExactText(max_length=64)),
                ("user_agent", securelogin.django.fields.ExactText(max_length=512)),
                ("device_time", models.BigIntegerField(null=True)),
                ("hits", models.TextField()),
                ("note", securelogin.django.fields.ExactText(max_length=512)),
                ("details", models.TextField(null=True)),
            ],
            options={
                "verbose_name": "attempt",
                "indexes": [
                    models.Index(
                        fields=["reference"], name="securelogin_attempt_reference"
                    ),
                    models.Index(
                        fields=["lookup", "tenant", "at"],
                        name="securelogin_attempt_lookup",
                    ),
                    models.Index(
                        fields=["account"], name="securelogin_attempt_account"
                    ),
                    models.Index(fields=["at"], name="securelogin_attempt_at"),
                    models.Index(
                        fields=["tenant", "at"], name="securelogin_attempt_tenant"
                    ),
                    models.Index(
                        fields=["ip", "tenant", "at"], name="securelogin_attempt_ip"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StoredAudit",
            fields=[
                ("seq", models.BigAutoField(primary_key=True, serialize=False)),
                ("chain", securelogin.django.fields.ExactText(max_length=64)),
                ("number", models.BigIntegerField()),
                ("written_at", models.BigIntegerField()),
                ("kind", securelogin.django.fields.ExactText(max_length=64)),
                ("tenant", securelogin.django.fields.ExactText(max_length=64)),
                (
                    "account",
                    securelogin.django.fields.ExactText(max_length=64, null=True),
                ),
                ("subject", securelogin.django.fields.ExactText(max_length=64)),
                ("facts", models.TextField()),
                ("person", models.TextField()),
                ("commitment", securelogin.django.fields.ExactText(max_length=64)),
                ("previous", securelogin.django.fields.ExactText(max_length=64)),
                ("seal", securelogin.django.fields.ExactText(max_length=64)),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["chain", "written_at", "number"],
                        name="securelogin_audit_ends",
                    ),
                    models.Index(fields=["account"], name="securelogin_audit_account"),
                    models.Index(fields=["subject"], name="securelogin_audit_subject"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("chain", "number"), name="securelogin_one_record"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StoredCounter",
            fields=[
                (
                    "key",
                    securelogin.django.fields.ExactText(
                        max_length=64, primary_key=True, serialize=False
                    ),
                ),
                ("total", models.BigIntegerField()),
                ("until", models.BigIntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["until"], name="securelogin_counter_until")
                ],
            },
        ),
        migrations.CreateModel(
            name="StoredCredential",
            fields=[
                (
                    "account",
                    securelogin.django.fields.ExactText(
                        max_length=64, primary_key=True, serialize=False
                    ),
                ),
                (
                    "password_hash",
                    securelogin.django.fields.ExactText(max_length=512, null=True),
                ),
                (
                    "temporary_hash",
                    securelogin.django.fields.ExactText(max_length=512, null=True),
                ),
                (
                    "temporary_fingerprint",
                    securelogin.django.fields.ExactText(max_length=64, null=True),
                ),
                (
                    "temporary_mark",
                    securelogin.django.fields.ExactText(max_length=64, null=True),
                ),
                ("temporary_issued_at", models.BigIntegerField(null=True)),
                ("temporary_until", models.BigIntegerField(null=True)),
                ("dead", models.TextField()),
                ("browsers", models.TextField()),
                ("must_change", models.SmallIntegerField()),
                ("changed_at", models.BigIntegerField(null=True)),
                ("generation", models.BigIntegerField()),
                ("version", models.BigIntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["temporary_until"], name="securelogin_temporary_until"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StoredLink",
            fields=[
                (
                    "id",
                    securelogin.django.fields.ExactText(
                        max_length=64, primary_key=True, serialize=False
                    ),
                ),
                ("tenant", securelogin.django.fields.ExactText(max_length=64)),
                ("recipient", securelogin.django.fields.ExactText(max_length=64)),
                ("address_tenant", securelogin.django.fields.ExactText(max_length=64)),
                ("address", securelogin.django.fields.ExactText(max_length=320)),
                ("message", securelogin.django.fields.ExactText(max_length=128)),
                ("sender", securelogin.django.fields.ExactText(max_length=320)),
                ("sender_key", securelogin.django.fields.ExactText(max_length=320)),
                ("issued_at", models.BigIntegerField()),
                ("until", models.BigIntegerField()),
                ("recalled_at", models.BigIntegerField(null=True)),
                ("version", models.BigIntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["until"], name="securelogin_link_until"),
                    models.Index(
                        fields=["recipient"], name="securelogin_link_recipient"
                    ),
                    models.Index(
                        fields=["sender_key", "tenant"], name="securelogin_link_sender"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StoredMail",
            fields=[
                ("seq", models.BigAutoField(primary_key=True, serialize=False)),
                ("id", securelogin.django.fields.ExactText(max_length=64, unique=True)),
                ("kind", securelogin.django.fields.ExactText(max_length=32)),
                ("tenant", securelogin.django.fields.ExactText(max_length=64)),
                ("at", models.BigIntegerField()),
                ("due_at", models.BigIntegerField()),
                (
                    "account",
                    securelogin.django.fields.ExactText(max_length=64, null=True),
                ),
                (
                    "lookup_tenant",
                    securelogin.django.fields.ExactText(max_length=64, null=True),
                ),
                (
                    "lookup",
                    securelogin.django.fields.ExactText(max_length=320, null=True),
                ),
                ("portal", securelogin.django.fields.ExactText(max_length=512)),
                ("link", securelogin.django.fields.ExactText(max_length=64, null=True)),
                ("side", securelogin.django.fields.ExactText(max_length=32, null=True)),
                (
                    "change",
                    securelogin.django.fields.ExactText(max_length=64, null=True),
                ),
                ("mark", securelogin.django.fields.ExactText(max_length=64)),
                ("state", securelogin.django.fields.ExactText(max_length=32)),
                ("tries", models.BigIntegerField()),
                ("leased_until", models.BigIntegerField(null=True)),
                ("settled_at", models.BigIntegerField(null=True)),
                ("detail", securelogin.django.fields.ExactText(max_length=512)),
                ("version", models.BigIntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["state", "due_at"], name="securelogin_mail_state"
                    ),
                    models.Index(
                        fields=["account", "at"], name="securelogin_mail_account"
                    ),
                    models.Index(
                        fields=["lookup", "lookup_tenant", "at"],
                        name="securelogin_mail_lookup",
                    ),
                    models.Index(
                        fields=["settled_at"], name="securelogin_mail_settled_at"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StoredSession",
            fields=[
                ("seq", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "digest",
                    securelogin.django.fields.ExactText(max_length=128, unique=True),
                ),
                ("account", securelogin.django.fields.ExactText(max_length=64)),
                ("tenant", securelogin.django.fields.ExactText(max_length=64)),
                ("generation", models.BigIntegerField()),
                ("began_at", models.BigIntegerField()),
                ("seen_at", models.BigIntegerField()),
                ("until", models.BigIntegerField()),
                ("browser", securelogin.django.fields.ExactText(max_length=128)),
                ("user_agent", securelogin.django.fields.ExactText(max_length=512)),
                ("ip", securelogin.django.fields.ExactText(max_length=64)),
                ("ended_at", models.BigIntegerField(null=True)),
                ("version", models.BigIntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["account", "began_at"],
                        name="securelogin_session_account",
                    ),
                    models.Index(fields=["until"], name="securelogin_session_until"),
                ],
            },
        ),
        migrations.CreateModel(
            name="StoredAddress",
            fields=[
                ("seq", models.BigAutoField(primary_key=True, serialize=False)),
                ("tenant", securelogin.django.fields.ExactText(max_length=64)),
                ("key", securelogin.django.fields.ExactText(max_length=320)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="keys",
                        to="securelogin.storedaccount",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "key"), name="securelogin_one_holder"
                    )
                ],
            },
        ),
    ]
