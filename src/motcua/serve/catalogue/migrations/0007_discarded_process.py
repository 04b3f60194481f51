"""A draft of a process may be discarded."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0006_full_record")]

    operations = [
        migrations.AlterField(
            model_name="process",
            name="status",
            field=models.CharField(
                choices=[
                    ("draft", "draft"),
                    ("approved", "approved"),
                    ("replaced", "replaced"),
                    ("discarded", "discarded"),
                ],
                default="approved",
                max_length=10,
                verbose_name="status",
            ),
        ),
    ]
