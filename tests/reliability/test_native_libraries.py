"""SpatiaLite's GEOS and the wheels' GEOS live in one process without touching each other."""

from __future__ import annotations

import os
import subprocess
import sys

CONNECT_FIRST = """
import django
django.setup()
from django.db import connection
connection.ensure_connection()

import numpy as np
import pyogrio
import pyproj
import shapely
places = np.random.default_rng(0).normal(0, 500, (154, 2))
cells = shapely.voronoi_polygons(shapely.multipoints(places), ordered=True)
assert len(shapely.get_parts(cells)) == 154, len(shapely.get_parts(cells))
"""


def test_shapely_after_a_connection_is_right_and_the_process_ends_well(tmp_path):
    """Without the order kept in `db/spatialite/base.py`: 441 cells, then a double free."""
    done = subprocess.run(
        [sys.executable, "-c", CONNECT_FIRST],
        capture_output=True,
        text=True,
        timeout=60,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "geomatch.settings",
            "DATABASE_URL": f"spatialite:///{tmp_path / 'a.sqlite3'}",
        },
    )
    assert done.returncode == 0, done.stderr


def test_the_solvers_of_pods_and_of_matches_live_in_one_process():
    """Two copies of HiGHS under one library name broke whichever was loaded second."""
    code = """
import pods.planner.search.recombine
from ortools.graph.python import min_cost_flow
from scipy.optimize import milp
print(milp([1.0]).success, min_cost_flow.SimpleMinCostFlow().num_nodes())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["True", "0"], done.stderr
