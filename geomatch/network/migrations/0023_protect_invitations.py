"""Row-level security for invitations and password links (PostGIS only)."""

from django.db import migrations

from geomatch.network.rls import ProtectByNetwork


class Migration(migrations.Migration):
    dependencies = [("network", "0022_members_without_a_terminal")]
    operations = [ProtectByNetwork("invitation", "passwordlink")]
