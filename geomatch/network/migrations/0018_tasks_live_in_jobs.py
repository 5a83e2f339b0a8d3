"""Work that was queued before the update is found where tasks live now."""

from django.db import migrations

BEFORE, NOW = "geomatch.site.tasks.", "geomatch.site.jobs.tasks."


def rename(apps, old, new):
    """Write the new place of every queued task."""
    queued = apps.get_model("django_tasks_database", "DBTaskResult").objects
    for task in queued.filter(task_path__startswith=old):
        task.task_path = new + task.task_path.removeprefix(old)
        task.save(update_fields=["task_path"])


class Migration(migrations.Migration):
    dependencies = [
        ("network", "0017_address_before"),
        ("django_tasks_database", "0021_conditional_partial_index_ordering"),
    ]

    operations = [
        migrations.RunPython(
            lambda apps, _: rename(apps, BEFORE, NOW), lambda apps, _: rename(apps, NOW, BEFORE)
        )
    ]
