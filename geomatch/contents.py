"""What `geomatch` says when no command is named: ours, in groups, with a line on each.

Written here apart from the commands, so that saying it loads none of them. A test holds the list
against the commands there are.
"""

from __future__ import annotations

from geomatch.core.translation import gettext

__all__ = ["contents", "groups"]


def groups() -> dict[str, dict[str, str]]:
    """Return the commands of ours with a line on each, group by group."""
    return {
        gettext("Files in, files out (no site, no database)"): {
            "geocode": gettext("find where addresses are"),
            "pods": gettext("group homes into pods of neighbours"),
            "match": gettext("match volunteers with requests, and say why"),
            "checkmatch": gettext("check a table of matches against every rule"),
            "streetlists": gettext("print a map and a list for each pod"),
        },
        gettext("The site on this machine"): {
            "demo": gettext("make a fictional town and serve it: a place to look around"),
            "serve": gettext("serve the site"),
            "work": gettext("do the background work (serve does it too)"),
            "doctor": gettext("check what is installed, and say how to mend it"),
            "backup": gettext("write everything to one file"),
            "restore": gettext("fill an empty installation from a backup"),
        },
        gettext("Begin a network"): {
            "newnetwork": gettext("begin a network, with its boundary and its steward"),
            "addmember": gettext("give somebody a role in a network"),
            "gazetteer": gettext("load the addresses of the area"),
            "ground": gettext("load streets, water, buildings or barriers"),
        },
        gettext("Work in a network"): {
            "importsheet": gettext("take a spreadsheet in"),
            "takeback": gettext("take an import back"),
            "place": gettext("find homes on the map"),
            "planpods": gettext("draft a plan of pods"),
            "matchall": gettext("propose who could help with each open request"),
            "passon": gettext("pass on to others what waits too long for an answer"),
        },
    }


def contents() -> str:
    """Say which commands there are."""
    listed = groups()
    width = max(len(name) for commands in listed.values() for name in commands)
    paragraphs = [gettext("Usage: geomatch COMMAND …")]
    for title, commands in listed.items():
        lines = [f"  {name:<{width}}  {line}" for name, line in commands.items()]
        paragraphs.append("\n".join([title, *lines]))
    paragraphs.append(
        gettext(
            "`geomatch COMMAND --help` says more of one, with an example; `geomatch help --all` "
            "lists Django's own as well."
        )
    )
    return "\n\n".join(paragraphs)
