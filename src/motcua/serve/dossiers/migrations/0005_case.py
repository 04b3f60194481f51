"""The case that a dossier was received in."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0004_side_paths")]

    operations = [
        migrations.AddField(
            model_name="dossier",
            name="case",
            field=models.SlugField(blank=True, db_index=False, default="", max_length=40, verbose_name="case"),
        ),
    ]
