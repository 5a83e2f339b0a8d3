"""What an import counts of hidden homes is called what it is."""

from django.db import migrations

from geomatch.network.fields import SealedTextField


class Migration(migrations.Migration):
    dependencies = [("network", "0020_sheets_are_read_once")]

    operations = [
        migrations.RenameField("sheetimport", "withheld", "hidden_figures"),
        migrations.AlterField(
            "sheetimport",
            "rejected_pressed",
            SealedTextField(
                blank=True, help_text="what `intake.files.rejected` presses", null=True
            ),
        ),
    ]
