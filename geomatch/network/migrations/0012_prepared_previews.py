"""Previews of large sheets are made beforehand, and kept sealed beside them."""

import django.db.models.deletion
import geomatch.network.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('network', '0011_run_steps'),
    ]

    operations = [
        migrations.AddField(
            model_name='stagedsheet',
            name='is_large',
            field=models.BooleanField(default=False, help_text='it is read in the background'),
        ),
        migrations.AddField(
            model_name='stagedsheet',
            name='size',
            field=models.PositiveBigIntegerField(default=0, help_text='bytes, as it was dropped'),
        ),
        migrations.AddField(
            model_name='stagedsheet',
            name='trouble',
            field=geomatch.network.fields.SealedTextField(blank=True, help_text='why it could not be read', null=True),
        ),
        migrations.AlterField(
            model_name='run',
            name='kind',
            field=models.CharField(choices=[('geocode', 'Placing addresses'), ('plan', 'Suggesting pods'), ('match', 'Matching requests'), ('import', 'Importing a spreadsheet'), ('read', 'Reading a spreadsheet')], max_length=10),
        ),
        migrations.CreateModel(
            name='PreparedPreview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sees_hidden', models.BooleanField(help_text='for those who may know of hidden homes')),
                ('made_at', models.DateTimeField(help_text='when comparing began')),
                ('read_as', models.CharField(help_text='digest of how the sheet was read', max_length=32)),
                ('summary_json', geomatch.network.fields.SealedTextField()),
                ('rejected_json', geomatch.network.fields.SealedTextField()),
                ('network', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='network.network')),
                ('staged', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='prepared', to='network.stagedsheet')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('staged', 'sees_hidden'), name='prepared_once')],
            },
        ),
    ]
