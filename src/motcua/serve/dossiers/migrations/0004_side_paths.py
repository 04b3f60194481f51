import django.db.models.deletion
import motcua.record.ledger.models
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0003_version_status'),
        ('dossiers', '0003_one_receipt'),
        ('organisation', '0002_administrative_units'),
    ]

    operations = [
        migrations.AddField(
            model_name='draft',
            name='attachment',
            field=models.ForeignKey(db_index=False, help_text='the file of a result', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dossiers.attachment'),
        ),
        migrations.AddField(
            model_name='draft',
            name='number',
            field=models.CharField(blank=True, help_text='of a result, taken when it is issued', max_length=40, verbose_name='number'),
        ),
        migrations.AddField(
            model_name='mishap',
            name='claimed',
            field=models.PositiveBigIntegerField(default=0, help_text='đồng', verbose_name='compensation asked for'),
        ),
        migrations.AddField(
            model_name='mishap',
            name='claimed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='mishap',
            name='compensation',
            field=models.PositiveBigIntegerField(default=0, help_text='đồng', verbose_name='compensation granted'),
        ),
        migrations.AddField(
            model_name='mishap',
            name='damage',
            field=models.TextField(blank=True, verbose_name='harm to the applicant'),
        ),
        migrations.AddField(
            model_name='mishap',
            name='decided_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='mishap',
            name='decision',
            field=models.CharField(blank=True, max_length=60, verbose_name='number of the decision'),
        ),
        migrations.AddField(
            model_name='mishap',
            name='paid_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name='attachment',
            name='purpose',
            field=models.CharField(choices=[('scan', 'scan of a component'), ('result', 'result'), ('draft', 'draft of a result'), ('other', 'other paper')], max_length=10),
        ),
        migrations.AlterField(
            model_name='draft',
            name='kind',
            field=models.CharField(choices=[('supplement', 'request for a supplement'), ('apology', 'apology'), ('stop', 'notice that handling stops'), ('refusal', 'refusal'), ('result', 'result')], max_length=12),
        ),
        migrations.CreateModel(
            name='LinkedGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField(verbose_name='valid from')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='valid to (exclusive)')),
                ('name_vi', models.CharField(max_length=500, verbose_name='name (Vietnamese)')),
                ('name_en', models.CharField(blank=True, max_length=500, verbose_name='name (English)')),
                ('chain_id', models.UUIDField(db_index=True)),
                ('code', models.CharField(help_text='national code of the linked procedure', max_length=40, verbose_name='code')),
                ('number', models.PositiveSmallIntegerField(default=1)),
                ('folded_name', models.CharField(db_index=True, max_length=1000)),
                ('sample', models.BooleanField(default=False)),
                ('content', models.CharField(help_text='SHA-256 of all that the data say', max_length=64)),
                ('legal_bases', models.JSONField(blank=True, default=list)),
            ],
            options={
                'verbose_name': 'linked procedures',
                'constraints': [models.UniqueConstraint(fields=('code', 'number'), name='one_group_a_number'), models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='linked_group_dates_in_order')],
            },
        ),
        migrations.CreateModel(
            name='LinkedPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveSmallIntegerField()),
                ('key', models.SlugField(max_length=40)),
                ('agency_code', models.CharField(blank=True, help_text="empty: the desk's own, or the only one", max_length=40)),
                ('waits_for', models.JSONField(blank=True, default=list)),
                ('takes', models.JSONField(blank=True, default=dict)),
                ('optional', models.BooleanField(default=False, verbose_name='may be left out')),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='dossiers.linkedgroup')),
                ('procedure', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.procedure')),
            ],
            options={
                'ordering': ['order'],
            },
        ),
        migrations.CreateModel(
            name='LinkedDossier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('waits_for', models.JSONField(default=list)),
                ('expected_at', models.DateTimeField(null=True)),
                ('started_at', models.DateTimeField(help_text='when its clock began; empty while it waits', null=True)),
                ('dossier', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='linked', to='dossiers.dossier')),
                ('part', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dossiers.linkedpart')),
            ],
            options={
                'verbose_name': 'part of a linked filing',
            },
        ),
        migrations.CreateModel(
            name='Phase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('limit', models.CharField(help_text='5wd; see rules.working_time.Duration', max_length=10)),
                ('opened_at', models.DateTimeField(null=True)),
                ('due_at', models.DateTimeField(help_text='as promised when it began', null=True)),
                ('due_on', models.DateField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('finished_on', models.DateField(null=True)),
                ('returned_at', models.DateTimeField(null=True)),
                ('dossier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='phases', to='dossiers.dossier')),
            ],
            options={
                'verbose_name': 'phase',
            },
        ),
        migrations.CreateModel(
            name='PostalList',
            fields=[
                ('id', models.UUIDField(default=motcua.record.ledger.models.new_id, primary_key=True, serialize=False)),
                ('number', models.CharField(max_length=40, verbose_name='number')),
                ('carrier', models.CharField(max_length=200, verbose_name='carrier')),
                ('made_at', models.DateTimeField()),
                ('handed_at', models.DateTimeField(null=True)),
                ('carried_by', models.CharField(blank=True, max_length=200, verbose_name='who took it over')),
                ('cancelled_at', models.DateTimeField(null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.agency')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.desk')),
                ('made_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.post')),
            ],
            options={
                'verbose_name': 'list for the post',
            },
        ),
        migrations.CreateModel(
            name='PostalItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveSmallIntegerField()),
                ('tracking_number', models.CharField(blank=True, max_length=40, verbose_name='tracking number')),
                ('address', models.CharField(blank=True, max_length=500, verbose_name='address')),
                ('status', models.CharField(choices=[('listed', 'on the list, not handed over yet'), ('posted', 'with the post'), ('arrived', 'delivered'), ('back', 'came back'), ('removed', 'taken off the list')], default='listed', max_length=10, verbose_name='status')),
                ('posted_at', models.DateTimeField(null=True)),
                ('arrived_at', models.DateTimeField(null=True)),
                ('came_back_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='why it came back')),
                ('dossier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='postal_items', to='dossiers.dossier')),
                ('postal_list', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='dossiers.postallist')),
            ],
            options={
                'verbose_name': 'postal item',
            },
        ),
        migrations.AddConstraint(
            model_name='linkedpart',
            constraint=models.UniqueConstraint(fields=('group', 'key'), name='one_part_a_key'),
        ),
        migrations.AddConstraint(
            model_name='phase',
            constraint=models.UniqueConstraint(fields=('dossier', 'number'), name='one_phase_a_number'),
        ),
        migrations.AddConstraint(
            model_name='phase',
            constraint=models.CheckConstraint(condition=models.Q(('opened_at__isnull', True), ('due_at__isnull', False), _connector='OR'), name='an_open_phase_is_promised'),
        ),
        migrations.AddIndex(
            model_name='postallist',
            index=models.Index(fields=['agency', 'made_at'], name='postal_list_agency'),
        ),
        migrations.AddConstraint(
            model_name='postalitem',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ['listed', 'posted'])), fields=('dossier',), name='one_item_under_way'),
        ),
    ]
