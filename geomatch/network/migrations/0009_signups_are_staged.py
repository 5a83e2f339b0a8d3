"""A sign-up knows in which preview somebody looks at it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('network', '0008_duplicates'),
    ]

    operations = [
        migrations.AddField(
            model_name='signup',
            name='staged',
            field=models.ForeignKey(help_text='the sheet in whose preview somebody looks at it', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='signups', to='network.stagedsheet'),
        ),
    ]
