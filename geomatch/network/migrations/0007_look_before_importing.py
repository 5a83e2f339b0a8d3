"""A sheet that is looked at first, columns that are remembered, and imports that can be taken back."""

import django.db.models.deletion
import geomatch.network.fields
from django.conf import settings
from django.db import migrations, models

from geomatch.network.rls import ProtectByNetwork


class Migration(migrations.Migration):

    dependencies = [
        ('network', '0006_protect_signups'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='sheetimport',
            name='before_image',
            field=geomatch.network.fields.SealedTextField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='sheetimport',
            name='taken_back',
            field=models.JSONField(default=dict, help_text='what was undone and what was kept'),
        ),
        migrations.AddField(
            model_name='sheetimport',
            name='taken_back_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='sheetimport',
            name='taken_back_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='run',
            name='kind',
            field=models.CharField(choices=[('geocode', 'Placing addresses'), ('plan', 'Suggesting pods'), ('match', 'Matching requests'), ('import', 'Importing a spreadsheet')], max_length=10),
        ),
        migrations.CreateModel(
            name='StagedSheet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file_name', models.CharField(max_length=200)),
                ('staged_at', models.DateTimeField(auto_now_add=True)),
                ('content', geomatch.network.fields.SealedTextField(help_text='the file, compressed, as base64')),
                ('reading', models.JSONField(default=dict, help_text='how the file is read, where corrected')),
                ('columns', models.JSONField(default=dict, help_text='sheet → its kind and columns, corrected')),
                ('choices_json', geomatch.network.fields.SealedTextField(blank=True, null=True)),
                ('network', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='network.network')),
                ('staged_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-staged_at',),
            },
        ),
        migrations.CreateModel(
            name='ColumnMemory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('header', models.CharField(help_text='digest of the column names', max_length=32)),
                ('kind', models.CharField(max_length=12)),
                ('columns', models.JSONField(default=dict, help_text='field → column')),
                ('used_at', models.DateTimeField(auto_now=True)),
                ('network', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='network.network')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('network', 'header'), name='column_memory_once')],
            },
        ),
        ProtectByNetwork("stagedsheet", "columnmemory"),
    ]
