"""Row-level security for prepared previews (PostGIS only)."""

from django.db import migrations

from geomatch.network.rls import ProtectByNetwork


class Migration(migrations.Migration):
    dependencies = [("network", "0012_prepared_previews")]
    operations = [ProtectByNetwork("preparedpreview")]
