"""What an import handed back is kept like a preview's: each row once, pressed."""

import json

from django.db import migrations

import geomatch.network.fields
from geomatch.network.intake.files.rejected import press, unpress


def press_all(apps, schema_editor):
    """Press what was kept fault by fault, with all of the row's cells each time."""
    _rewrite(apps, schema_editor, lambda text: press(json.loads(text)).text)


def unpress_all(apps, schema_editor):
    """Write it out again."""
    _rewrite(apps, schema_editor, lambda text: json.dumps(unpress(text), ensure_ascii=False))


def _rewrite(apps, schema_editor, anew):
    imports = apps.get_model("network", "SheetImport").objects.using(schema_editor.connection.alias)
    for network in apps.get_model("network", "Network").objects.values_list("pk", flat=True):
        _enter(schema_editor.connection, network)
        for key in list(imports.filter(network=network).values_list("pk", flat=True)):
            taken = imports.only("rejected_pressed").get(pk=key)
            if taken.rejected_pressed:
                taken.rejected_pressed = anew(taken.rejected_pressed)
                taken.save(update_fields=["rejected_pressed"])


def _enter(connection, network):
    """Let row-level security show the rows of one network."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('geomatch.network', %s, true)", [str(network)])


class Migration(migrations.Migration):
    dependencies = [("network", "0014_signups_say_all_that_is_wrong")]

    operations = [
        migrations.RenameField("sheetimport", "rejected_json", "rejected_pressed"),
        migrations.AlterField(
            "sheetimport",
            "rejected_pressed",
            geomatch.network.fields.SealedTextField(
                blank=True, help_text="what `services.rejectedrows` presses", null=True
            ),
        ),
        migrations.RunPython(press_all, unpress_all),
    ]
