"""An import says how much of its figures is of hidden homes."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('network', '0015_press_rejected_rows'),
    ]

    operations = [
        migrations.AddField(
            model_name='sheetimport',
            name='withheld',
            field=models.JSONField(default=dict, help_text='of those, what is of hidden homes: from whom it is kept → kind'),
        ),
    ]
