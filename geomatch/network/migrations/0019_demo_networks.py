"""The demo's network is marked, and its accounts stand in a group of their own."""

from django.conf import settings
from django.db import migrations, models

# As they were made before there was a mark.
SLUG = "port-halyard"
USER_NAMES = ("steward", "organizer", "coordinator", "pointperson", "volunteer")


def mark_what_is_there(apps, schema_editor):
    """Mark a demo that was made before: its password is published, whatever its age."""
    networks = apps.get_model("network", "Network").objects.filter(slug=SLUG)
    if not networks.update(is_demo=True):
        return
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name="demo accounts")
    for user in apps.get_model("auth", "User").objects.filter(username__in=USER_NAMES):
        if user.email == f"{user.username}@example.org":
            user.groups.add(group)


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('auth', '0012_alter_user_first_name_max_length'),
        ('network', '0018_tasks_live_in_jobs'),
    ]

    operations = [
        migrations.AddField(
            model_name='network',
            name='is_demo',
            field=models.BooleanField(default=False, editable=False, help_text='whether it is the fictional town, whose passwords are published'),
        ),
        migrations.RunPython(mark_what_is_there, migrations.RunPython.noop),
    ]
