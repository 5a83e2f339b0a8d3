"""Neighbours who stood in the register twice, and pairs that only look like it."""

import django.db.models.deletion
import geomatch.network.fields
from django.conf import settings
from django.db import migrations, models

from geomatch.network.rls import ProtectByNetwork


class Migration(migrations.Migration):

    dependencies = [
        ('network', '0007_look_before_importing'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Merge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('gone_ref', models.CharField(blank=True, help_text='id of the door that went; sheets may still have it', max_length=60)),
                ('hidden', models.BooleanField(default=False, help_text='of a hidden home: for stewards only')),
                ('before_image', geomatch.network.fields.SealedTextField(blank=True, null=True)),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('kept', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='network.person')),
                ('network', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='network.network')),
            ],
            options={
                'ordering': ('-id',),
            },
        ),
        migrations.CreateModel(
            name='NotTheSame',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('network', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='network.network')),
                ('one', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='network.person')),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='network.person')),
            ],
            options={
                'verbose_name_plural': 'not the same',
                'constraints': [models.UniqueConstraint(fields=('one', 'other'), name='not_the_same_once'), models.CheckConstraint(condition=models.Q(('one__lt', models.F('other'))), name='not_the_same_in_order')],
            },
        ),
        ProtectByNetwork("merge", "notthesame"),
    ]
