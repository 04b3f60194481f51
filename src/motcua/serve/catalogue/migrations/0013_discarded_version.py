"""A draft version may be discarded, with who, when and why; a published one never, and nothing brings one back."""

import django.db.models.deletion
from django.db import migrations, models

KEEP = """
CREATE FUNCTION catalogue_keep_versions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a % version does not become %', OLD.status, NEW.status;
END $$;
CREATE TRIGGER catalogue_keep_versions BEFORE UPDATE OF status ON catalogue_procedureversion
FOR EACH ROW WHEN (OLD.status <> NEW.status AND OLD.status <> 'draft')
EXECUTE FUNCTION catalogue_keep_versions();
"""
DROP = """
DROP TRIGGER catalogue_keep_versions ON catalogue_procedureversion;
DROP FUNCTION catalogue_keep_versions();
"""


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0012_fee_steps_and_case_limits"), ("organisation", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="procedureversion",
            name="status",
            field=models.CharField(
                choices=[("draft", "draft"), ("published", "published"), ("discarded", "discarded")],
                default="published",
                max_length=10,
                verbose_name="status",
            ),
        ),
        migrations.AddField(
            model_name="procedureversion",
            name="discarded_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="discarded at"),
        ),
        migrations.AddField(
            model_name="procedureversion",
            name="discarded_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisation.post",
            ),
        ),
        migrations.AddField(
            model_name="procedureversion",
            name="discard_reason",
            field=models.TextField(blank=True, default="", verbose_name="why it was discarded"),
        ),
        migrations.AddConstraint(
            model_name="procedureversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("discarded_at__isnull", False), ("status", "discarded"))
                | models.Q(models.Q(("status", "discarded"), _negated=True), ("discarded_at__isnull", True)),
                name="discarded_has_its_time",
            ),
        ),
        migrations.RunSQL(KEEP, DROP),
    ]
