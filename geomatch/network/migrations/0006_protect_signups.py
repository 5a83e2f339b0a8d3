"""Row-level security for sign-ups (PostGIS only)."""

from django.db import migrations

from geomatch.network.rls import ProtectByNetwork


class Migration(migrations.Migration):
    dependencies = [("network", "0005_signups")]
    operations = [ProtectByNetwork("signup")]
