"""Draw plans of pods, rebalance and publish them, and say what nobody crosses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from django.contrib.auth.models import User
from django.contrib.gis.geos import GEOSGeometry
from django.db.models import Max
from django.utils import timezone

from geomatch.core.errors import CancelledError, InputError
from geomatch.core.translation import gettext
from geomatch.core.yes_no import is_crossing
from geomatch.network.models import Network
from geomatch.network.scope import lock_network, use_network
from geomatch.network.services.audit import record
from geomatch.network.services.runs import untold
from geomatch.network.speaking import spoken
from geomatch.tables import Feature
from pods.drafts import save_pods
from pods.homes import PlanOptions, plan_homes
from pods.homes.from_network import ground_of_network, homes_of_network
from pods.homes.plan import Effort, SizeBy
from pods.models import Barrier, Crossing, Plan
from pods.selectors import published_plan


def replace_barriers(
    *, network: Network, features: Iterable[Feature], actor: User | None
) -> tuple[int, int]:
    """Replace what nobody crosses, and return the numbers of barriers and of crossings.

    Parameters
    ----------
    features
        Lines or polygons in WGS 84; one with the property `crossing` is a way over.
    """
    made: dict[type[Barrier | Crossing], int] = {Barrier: 0, Crossing: 0}
    with use_network(network):
        for model in made:
            model.objects.all().delete()
        for feature in features:
            model = Crossing if is_crossing(feature.properties) else Barrier
            model.objects.create(
                network=network,
                name=str(feature.properties.get("name") or "")[:120],
                geometry=GEOSGeometry(feature.geometry.wkb_hex, srid=4326),
            )
            made[model] += 1
        record(actor=actor, verb="drew barriers", barriers=made[Barrier], crossings=made[Crossing])
    return made[Barrier], made[Crossing]


def suggest_plan(
    *,
    network: Network,
    actor: User | None,
    min_size: int = 5,
    max_size: int = 30,
    target_size: int = 13,
    size_by: SizeBy = "households",
    walking: bool = False,
    effort: Effort = "balanced",
    seconds: float | None = None,
    seed: int = 0,
    wishes: Mapping[str, float] | None = None,
    progress: Callable[[float, float], object] | None = None,
) -> Plan:
    """Draft a plan: every placed household in one pod, or in none with a reason in words.

    Parameters
    ----------
    walking
        Measure distances along the network's streets, not in a straight line.
    seconds
        Improve the plan for so long, instead of an effort.
    wishes
        Metres that soft goals are worth, by name of `WishWeights`; the others keep their default.
    progress
        Called with how much is done of how much. Where it answers False, the best plan so far is
        drafted; before there is any, the work ends with `CancelledError`.

    Raises
    ------
    geomatch.core.errors.InputError
        If nobody is placed yet, the sizes contradict each other, or there are no streets to walk.
    """
    options = PlanOptions(
        min_size=min_size,
        max_size=max_size,
        target_size=target_size,
        size_by=size_by,
        effort=effort,
        seconds=seconds,
        seed=seed,
        wishes=wishes or {},
    )
    return _drafted(network, actor, options, progress or untold, walking=walking)


def rebalance_plan(
    *,
    network: Network,
    actor: User | None,
    max_moves: int,
    seed: int = 0,
    progress: Callable[[float, float], object] | None = None,
) -> Plan:
    """Draft a plan that goes on from the published one and moves few households.

    Sizes and distances are those of the published plan. Pods keep their numbers, and their point
    people as long as these live in the pod.

    Parameters
    ----------
    max_moves
        Most households that may change pod. Newcomers, who have none yet, do not count.
    progress
        As in `suggest_plan`.

    Raises
    ------
    geomatch.core.errors.InputError
        If no plan is published yet.
    """
    with use_network(network):
        published = published_plan()
    if published is None:
        raise InputError(gettext("no plan is published yet; suggest one and publish it first"))
    options = PlanOptions(
        min_size=published.min_size,
        max_size=published.max_size,
        target_size=published.target_size,
        size_by="people" if published.size_by == Plan.SizeBy.PEOPLE else "households",
        max_moves=max_moves,
        seed=seed,
    )
    walking = published.report.get("distance") == "walking"
    told = progress or untold
    return _drafted(network, actor, options, told, walking=walking, published=published)


def _drafted(
    network: Network,
    actor: User | None,
    options: PlanOptions,
    told: Callable[[float, float], object],
    *,
    walking: bool,
    published: Plan | None = None,
) -> Plan:
    """Plan the homes of a network, from the pods there are where a plan is given, and write it."""
    with use_network(network):
        found = homes_of_network(network, published=published)
        ground = ground_of_network(walking=walking)
    if not np.isfinite(found.homes.lonlat).all(axis=1).any():
        raise InputError(gettext("no home has a place on the map yet; place the addresses first"))
    if told(0, 1) is False:
        raise CancelledError(gettext("called off before there was any plan"))
    with spoken("en"):  # reasons are kept, and said again to each reader in their language
        planned = plan_homes(
            found.homes,
            options,
            ground,
            hidden=found.hidden,
            along_a_walk=published is None,
            progress=lambda share: told(share, 1),
        )
    report: dict[str, Any] = {}
    if published is not None:
        report = {"rebalanced_from": published.version, "max_moves": options.max_moves}
    with use_network(network):
        told(1, 1)
        lock_network()
        plan: Plan = Plan.objects.create(
            network=network,
            version=(Plan.objects.aggregate(last=Max("version"))["last"] or 0) + 1,
            min_size=options.min_size,
            max_size=options.max_size,
            target_size=options.target_size,
            size_by=options.size_by,
            seed=options.seed,
            created_by=actor,
            report=report,
        )
        save_pods(plan, found, planned)
        record(actor=actor, verb="drafted", target=f"plan {plan.version}", **plan.report)
    return plan


def publish_plan(*, network: Network, plan: Plan, actor: User) -> Plan:
    """Make a draft the plan that lists are printed from; the one before goes to the archive.

    Raises
    ------
    geomatch.core.errors.InputError
        If the plan is no draft.
    """
    with use_network(network):
        lock_network()
        plan = Plan.objects.select_for_update().get(pk=plan.pk)
        if plan.state != Plan.State.DRAFT:
            raise InputError(
                gettext("plan {version} is {state}, not a draft").format(
                    version=plan.version, state=plan.get_state_display()
                )
            )
        Plan.objects.filter(state=Plan.State.PUBLISHED).update(state=Plan.State.ARCHIVED)
        plan.state = Plan.State.PUBLISHED
        plan.published_at = timezone.now()
        plan.save(update_fields=["state", "published_at"])
        record(actor=actor, verb="published", target=f"plan {plan.version}")
    return plan


def set_plan_aside(*, network: Network, plan: Plan, actor: User) -> Plan:
    """Put a draft away that nobody will publish.

    Raises
    ------
    geomatch.core.errors.InputError
        If the plan is no draft.
    """
    return _reshelved(network, plan, actor, Plan.State.DRAFT, Plan.State.ARCHIVED, "set aside")


def take_plan_up(*, network: Network, plan: Plan, actor: User) -> Plan:
    """Make a draft again of one that was set aside; what was published once stays in the archive.

    Raises
    ------
    geomatch.core.errors.InputError
        If the plan was not set aside.
    """
    if plan.published_at is not None:
        raise InputError(
            gettext("plan {version} was published before; suggest a new one").format(
                version=plan.version
            )
        )
    return _reshelved(network, plan, actor, Plan.State.ARCHIVED, Plan.State.DRAFT, "took up")


def _reshelved(
    network: Network,
    plan: Plan,
    actor: User,
    before: Any,  # members of `Plan.State`
    after: Any,
    verb: str,
) -> Plan:
    with use_network(network):
        lock_network()
        plan = Plan.objects.select_for_update().get(pk=plan.pk)
        if plan.state != before:
            raise InputError(
                gettext("plan {version} is {state}, not {before}").format(
                    version=plan.version, state=plan.get_state_display(), before=before
                )
            )
        plan.state = after
        plan.save(update_fields=["state"])
        record(actor=actor, verb=verb, target=f"plan {plan.version}")
    return plan
