"""The pods app."""

from django.apps import AppConfig


class PodsConfig(AppConfig):
    """Barriers, plans, pods, memberships and locks; its `planner` is pure."""

    name = "pods"
