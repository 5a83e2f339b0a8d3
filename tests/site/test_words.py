"""Numbers in the words people use."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from geomatch.site.shell import phrases


@pytest.mark.parametrize(
    ("gap", "said"),
    [
        (0, "proven best possible"),
        (-1e-12, "proven best possible"),
        (0.0003, "proven within 0.1 % of the best possible"),
        (0.018, "proven within 1.8 % of the best possible"),
    ],
)
def test_how_good_a_plan_is(gap, said):
    assert phrases.optimality(gap) == said


def test_distances_follow_the_networks_choice():
    assert phrases.distance(1609.344, "imperial") == "1.0 mi"
    assert phrases.distance(1609.344, "metric") == "1.6 km"
    assert phrases.distance(1609.344, "both") == "1.6 km · 1.0 mi"


def test_a_walk_takes_a_minute_at_least():
    assert phrases.walk(0) == "a 1-minute walk"
    assert phrases.walk(800) == "a 10-minute walk"


def test_when_something_was():
    now = timezone.now()
    assert "minute" in phrases.when(now - dt.timedelta(minutes=3))
    assert str(now.year - 1) in phrases.when(now - dt.timedelta(days=366))


@pytest.mark.parametrize(
    ("score", "said"),
    [(None, ""), (1.0, "a sure match"), (0.9, "a likely match"), (0.5, "an unsure match")],
)
def test_how_sure_a_geocode_is(score, said):
    assert phrases.sureness(score) == said


def test_unknown_languages_stay_as_they_are():
    assert phrases.languages(["es", "xx"]) == "Spanish, xx"
