"""The matching app."""

from django.apps import AppConfig


class MatchingConfig(AppConfig):
    """Assignments, matches, never-pairs and policies; its `engine` is pure."""

    name = "geomatch.matching"
    label = "matching"
