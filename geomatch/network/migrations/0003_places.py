"""Pins placed by hand with what was before them, and what other machines were asked."""

import django.contrib.gis.db.models.fields
import django.db.models.deletion
import geomatch.network.fields
from django.conf import settings
from django.db import migrations, models

from geomatch.network.rls import ProtectByNetwork


class Migration(migrations.Migration):

    dependencies = [
        ('network', '0002_protect_by_network'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='household',
            name='doubt',
            field=models.CharField(blank=True, choices=[('outside', 'outside the network'), ('moved', 'address changed since the pin was placed')], max_length=10),
        ),
        migrations.CreateModel(
            name='Placement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('location', django.contrib.gis.db.models.fields.PointField(help_text='where the pin was put', srid=4326)),
                ('before', models.JSONField(help_text="the household's point and its quality until then")),
                ('placed_at', models.DateTimeField(auto_now_add=True)),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
                ('household', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='placements', to='network.household')),
                ('network', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='network.network')),
                ('placed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-id',),
            },
        ),
        migrations.CreateModel(
            name='ProviderConsent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('service', models.CharField(max_length=20)),
                ('host', models.CharField(max_length=200)),
                ('digests', models.JSONField(help_text='of each line that was shown; the lines are not kept')),
                ('given_at', models.DateTimeField(auto_now_add=True)),
                ('given_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('network', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='network.network')),
            ],
            options={
                'ordering': ('-id',),
            },
        ),
        migrations.CreateModel(
            name='ProviderAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked', models.CharField(help_text='digest of the service and the line', max_length=64)),
                ('answer', geomatch.network.fields.SealedTextField()),
                ('answered_at', models.DateTimeField(auto_now_add=True)),
                ('network', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='network.network')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('network', 'asked'), name='provider_answer_once')],
            },
        ),
        migrations.CreateModel(
            name='ProviderChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('service', models.CharField(max_length=20)),
                ('url', models.CharField(blank=True, help_text='where it is, if it is your own', max_length=200)),
                ('api_key', geomatch.network.fields.SealedTextField(blank=True, null=True)),
                ('chosen_at', models.DateTimeField(auto_now=True)),
                ('chosen_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('network', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='network.network')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('network',), name='provider_choice_once')],
            },
        ),
        ProtectByNetwork('placement', 'providerconsent', 'provideranswer', 'providerchoice'),
    ]
