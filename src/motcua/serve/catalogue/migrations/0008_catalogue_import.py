"""Files of the national catalogue that were handed in."""

import django.db.models.deletion
from django.db import migrations, models

import motcua.record.ledger.models


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0007_discarded_process"), ("organisation", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="CatalogueImport",
            fields=[
                (
                    "id",
                    models.UUIDField(default=motcua.record.ledger.models.new_id, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(max_length=200)),
                ("content", models.BinaryField(help_text="emptied when it was carried out")),
                ("digest", models.CharField(max_length=64)),
                ("valid_from", models.DateField()),
                ("uploaded_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("new", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.post",
                    ),
                ),
            ],
            options={"ordering": ["-uploaded_at"]},
        ),
    ]
