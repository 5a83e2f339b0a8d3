"""Row-level security for every table of this app that belongs to a network (PostGIS only)."""

from django.db import migrations

from geomatch.network.rls import ProtectByNetwork


class Migration(migrations.Migration):
    dependencies = [("network", "0001_initial")]
    operations = [
        ProtectByNetwork("household", "groundfeature", "gazetteerentry", "auditevent", "person", "request", "riskflag", "run", "sheetimport", "skill", "volunteer"),
    ]
