"""Work that was queued by the version before is carried out by this one."""

from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django_tasks_db.models import DBTaskResult, get_date_max

from geomatch.site.jobs.tasks import carry_out


@pytest.mark.django_db
def test_a_task_queued_before_the_update_is_found_where_tasks_live_now():
    queued = DBTaskResult.objects.create(
        task_path="geomatch.site.tasks.carry_out",
        args_kwargs={"args": [], "kwargs": {}},
        backend_name="default",
        run_after=get_date_max(),
    )
    step = import_module("geomatch.network.migrations.0018_tasks_live_in_jobs")
    apps = MigrationLoader(connection).project_state(("network", "0018_tasks_live_in_jobs")).apps
    step.rename(apps, step.BEFORE, step.NOW)
    queued.refresh_from_db()
    assert queued.task_path == carry_out.module_path
    assert queued.task == carry_out
