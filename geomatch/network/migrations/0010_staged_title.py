"""A staged sheet that was no file before (sign-ups) has a title of its own."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('network', '0009_signups_are_staged'),
    ]

    operations = [
        migrations.AddField(
            model_name='stagedsheet',
            name='title',
            field=models.CharField(blank=True, help_text='for what was no file before', max_length=200),
        ),
    ]
