"""A run says what is being done now."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('network', '0010_staged_title'),
    ]

    operations = [
        migrations.AddField(
            model_name='run',
            name='step',
            field=models.CharField(blank=True, help_text='what is being done now, in words', max_length=80),
        ),
    ]
