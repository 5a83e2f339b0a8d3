"""What was done lately, said as a sentence; the history keeps verbs and targets, in English."""

from __future__ import annotations

import re

from django.utils.translation import gettext, gettext_lazy

from geomatch.network.models import AuditEvent

__all__ = ["SAID", "done"]

# By the verb that `geomatch.network.services.audit.record` keeps.
SAID = {
    "accepted an invitation": gettext_lazy("%(who)s accepted an invitation"),
    "agreed to send addresses to": gettext_lazy("%(who)s agreed to send addresses to %(what)s"),
    "asked a volunteer": gettext_lazy("%(who)s asked a volunteer"),
    "asked about addresses at": gettext_lazy("%(who)s asked about addresses at %(what)s"),
    "called off": gettext_lazy("%(who)s called off %(what)s"),
    "called off an offer": gettext_lazy("%(who)s called off an offer"),
    "changed the policy": gettext_lazy("%(who)s changed the policy"),
    "changed their name": gettext_lazy("%(who)s changed their name"),
    "changed their password": gettext_lazy("%(who)s changed their password"),
    "changed their second step": gettext_lazy("%(who)s changed their second step"),
    "chose a geocoding service:": gettext_lazy("%(who)s chose a geocoding service: %(what)s"),
    "chose a volunteer": gettext_lazy("%(who)s chose a volunteer"),
    "closed": gettext_lazy("%(who)s closed %(what)s"),
    "deleted": gettext_lazy("%(who)s deleted %(what)s"),
    "drafted": gettext_lazy("%(who)s drafted %(what)s"),
    "drew barriers": gettext_lazy("%(who)s drew barriers"),
    "ended a role of": gettext_lazy("%(who)s ended a role of %(what)s"),
    "gave a role to": gettext_lazy("%(who)s gave a role to %(what)s"),
    "gave more days to": gettext_lazy("%(who)s gave %(what)s more days for a second step"),
    "handed over a role of": gettext_lazy("%(who)s handed over a role of %(what)s"),
    "handed over pods of": gettext_lazy("%(who)s handed over the pods of %(what)s"),
    "handed over tasks": gettext_lazy("%(who)s handed over tasks"),
    "imported a sheet": gettext_lazy("%(who)s imported a sheet"),
    "invited somebody": gettext_lazy("%(who)s invited somebody"),
    "invited somebody anew": gettext_lazy("%(who)s invited somebody anew"),
    "let a choice go": gettext_lazy("%(who)s let a choice go"),
    "let a request in": gettext_lazy("%(who)s let a request in"),
    "let back in": gettext_lazy("%(who)s let %(what)s back in"),
    "let in": gettext_lazy("%(who)s let in %(what)s"),
    "loaded the gazetteer": gettext_lazy("%(who)s loaded the gazetteer"),
    "loaded the ground:": gettext_lazy("%(who)s loaded the ground: %(what)s"),
    "looked addresses up": gettext_lazy("%(who)s looked addresses up"),
    "made the network": gettext_lazy("%(who)s made the network %(what)s"),
    "matched requests": gettext_lazy("%(who)s matched requests"),
    "merged two neighbours": gettext_lazy("%(who)s merged two neighbours"),
    "noted a no": gettext_lazy("%(who)s noted a no"),
    "noted a task as done": gettext_lazy("%(who)s noted a task as done"),
    "noted a yes": gettext_lazy("%(who)s noted a yes"),
    "offered a new password to": gettext_lazy("%(who)s offered a new password to %(what)s"),
    "opened": gettext_lazy("%(who)s opened %(what)s"),
    "passed offers on": gettext_lazy("%(who)s passed offers on"),
    "placed a home by hand": gettext_lazy("%(who)s placed a home by hand"),
    "published": gettext_lazy("%(who)s published %(what)s"),
    "put a pin back where it was": gettext_lazy("%(who)s put a pin back where it was"),
    "removed a member": gettext_lazy("%(who)s removed a member"),
    "renamed the network": gettext_lazy("%(who)s renamed the network"),
    "revoked an invitation": gettext_lazy("%(who)s took an invitation back"),
    "revoked invitations of": gettext_lazy("%(who)s took the invitations of %(what)s back"),
    "set aside": gettext_lazy("%(who)s set aside %(what)s"),
    "signed out elsewhere": gettext_lazy("%(who)s signed out elsewhere"),
    "switched off geocoding by others": gettext_lazy("%(who)s switched off geocoding by others"),
    "tied a user to": gettext_lazy("%(who)s tied a user to %(what)s"),
    "took a done back": gettext_lazy("%(who)s took a done back"),
    "took a new password": gettext_lazy("%(who)s took a new password"),
    "took an import back": gettext_lazy("%(who)s took an import back"),
    "took back": gettext_lazy("%(who)s took back %(what)s"),
    "took up": gettext_lazy("%(who)s took up %(what)s"),
    "turned suggestions into offers": gettext_lazy("%(who)s turned suggestions into offers"),
    "undid a merge": gettext_lazy("%(who)s undid a merge"),
    "untied from their home": gettext_lazy("%(who)s untied %(what)s from their home"),
}
_TARGETS = {
    "the sign-up form": gettext_lazy("the sign-up form"),
    "placing addresses": gettext_lazy("placing addresses"),
    "suggesting pods": gettext_lazy("suggesting pods"),
    "matching requests": gettext_lazy("matching requests"),
    "importing a spreadsheet": gettext_lazy("importing a spreadsheet"),
    "reading a spreadsheet": gettext_lazy("reading a spreadsheet"),
    "landuse": gettext_lazy("landuse"),
    "contour": gettext_lazy("contour"),
    "water": gettext_lazy("water"),
    "building": gettext_lazy("building"),
    "street": gettext_lazy("street"),
}
_PLAN = re.compile(r"plan (\d+)")
_SIGNUPS = re.compile(r"(\d+) from the sign-up form")
# Whom or what an event was done to, as the database counts them: no number anybody knows.
_KEYS = re.compile(r"[a-z]+ \d+")


def done(event: AuditEvent) -> str:
    """Say who did what: "Ana published plan 3"."""
    who = str(event.actor or gettext("The terminal"))
    said = SAID.get(event.verb)
    if said is None:
        return f"{who} {event}"
    return said % {"who": who, "what": _target(event.target)}


def _target(target: str) -> str:
    """Say what it was done to, without the database's own numbers (plans are known by theirs)."""
    if plan := _PLAN.fullmatch(target):
        return gettext("plan %(number)s") % {"number": plan[1]}
    if signups := _SIGNUPS.fullmatch(target):
        return gettext("%(n)s from the sign-up form") % {"n": signups[1]}
    if _KEYS.fullmatch(target):
        return gettext("somebody")
    return str(_TARGETS.get(target, target))
