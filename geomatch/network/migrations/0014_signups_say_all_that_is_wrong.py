"""What is wrong with a sign-up is said fault by fault, a line for each."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('network', '0013_protect_prepared_previews'),
    ]

    operations = [
        migrations.AlterField(
            model_name='signup',
            name='trouble',
            field=models.CharField(blank=True, help_text='why it was not let in, a line for each fault', max_length=1000),
        ),
    ]
