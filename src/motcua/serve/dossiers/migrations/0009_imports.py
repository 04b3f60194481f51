"""Imports of dossiers, and where each imported dossier comes from."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Two tables."""

    dependencies = [("dossiers", "0008_repromise_runs")]

    operations = [
        migrations.CreateModel(
            name="ImportRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(max_length=60, verbose_name="source system")),
                ("name", models.CharField(max_length=300, verbose_name="file or scenario")),
                ("demo", models.BooleanField(default=False)),
                ("actor", models.CharField(max_length=60)),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("written", models.PositiveIntegerField(default=0)),
                ("known", models.PositiveIntegerField(default=0, help_text="they were here already")),
                ("refused", models.PositiveIntegerField(default=0)),
            ],
            options={
                "verbose_name": "import of dossiers",
                "indexes": [models.Index(fields=["source"], name="import_run_source")],
            },
        ),
        migrations.CreateModel(
            name="Origin",
            fields=[
                (
                    "dossier",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="origin",
                        serialize=False,
                        to="dossiers.dossier",
                    ),
                ),
                ("source", models.CharField(max_length=60, verbose_name="source system")),
                ("code", models.CharField(max_length=100, verbose_name="code at the source")),
                ("recorded_at", models.DateTimeField(help_text="by the source's own clock", null=True)),
                (
                    "run",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dossiers.importrun",
                    ),
                ),
            ],
            options={
                "verbose_name": "origin of a dossier",
                "constraints": [models.UniqueConstraint(fields=("source", "code"), name="one_dossier_an_origin")],
            },
        ),
    ]
