"""Members, invitations and removals, as a steward reads them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.utils import timezone

from geomatch.network.members.roles import BACK_WITHIN, REMOVED, member_number
from geomatch.network.members.second_step import KINDS, needed_by
from geomatch.network.models import AuditEvent, Invitation, Member, Network, Person, Role


@dataclass
class MemberRow:
    """One member, with all of their roles here.

    Attributes
    ----------
    second_steps
        Kinds of second step they have, of allauth's `Authenticator.Type`.
    needed_by
        When a second step is needed; None for never.
    """

    user: User
    memberships: list[Member] = field(default_factory=list)
    person: Person | None = None
    second_steps: list[str] = field(default_factory=list)

    @property
    def roles(self) -> list[Role]:
        """Their roles, those who see most first."""
        held = {member.role for member in self.memberships}
        return [role for role in Role if role in held]

    @property
    def needed_by(self) -> dt.datetime | None:
        """When a second step is needed, while there is none."""
        return None if self.second_steps else needed_by(self.memberships)


def members_of(network: Network) -> list[MemberRow]:
    """Return the members of the current network: stewards first, then by name."""
    rows: dict[int, MemberRow] = {}
    for member in Member.objects.filter(network=network).select_related("user", "network"):
        row = rows.setdefault(member.user_id, MemberRow(user=member.user))
        row.memberships.append(member)
    kinds = defaultdict(list)
    for authenticator in Authenticator.objects.filter(user__in=rows, type__in=KINDS):
        kinds[authenticator.user_id].append(authenticator.type)
    for person in Person.objects.filter(user__in=rows).select_related("household"):
        if person.user_id is not None:
            rows[person.user_id].person = person
    for user_id, row in rows.items():
        row.second_steps = sorted(set(kinds[user_id]), reverse=True)
    order = list(Role)
    return sorted(
        rows.values(),
        key=lambda row: (order.index(row.roles[0]), row.user.get_full_name() or row.user.username),
    )


def member_of(network: Network, user_id: int) -> MemberRow | None:
    """Return one member; None if there is none of that number here."""
    return next((row for row in members_of(network) if row.user.pk == user_id), None)


def waiting_invitations() -> list[Invitation]:
    """Return the invitations nobody has used or taken back, those that are too old as well."""
    return list(
        Invitation.objects.filter(used_at=None, revoked_at=None).select_related(
            "person", "created_by"
        )
    )


def removed_lately(network: Network) -> list[tuple[AuditEvent, User]]:
    """Return whose removal can still be undone, the newest first."""
    since = timezone.now() - BACK_WITHIN
    here = set(Member.objects.filter(network=network).values_list("user_id", flat=True))
    found: dict[int, AuditEvent] = {}
    for event in AuditEvent.objects.filter(verb=REMOVED, at__gt=since):
        found.setdefault(member_number(event), event)
    users = User.objects.in_bulk([number for number in found if number not in here])
    return [(event, users[number]) for number, event in found.items() if number in users]


def ready_to_look_after() -> list[Person]:
    """Return neighbours who would look after a pod and sign in nowhere yet."""
    people = Person.objects.filter(is_point_person=True, user=None)
    return list(people.select_related("household").order_by("name")[:500])


def people_to_tie(text: str, *, most: int) -> list[Person]:
    """Return neighbours of a name who sign in nowhere yet, by name."""
    found = Person.objects.filter(name__icontains=text, user=None).select_related("household")
    return list(found.order_by("name")[:most])


def person_numbered(number: str) -> Person | None:
    """Return the neighbour of a number; None for no number, or if there is none."""
    return Person.objects.filter(pk=number).first() if number else None
