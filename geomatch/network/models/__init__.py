"""What a network knows: itself, its members, its neighbours, its ground and its history.

networks     networks and the people who work in them
invitations  links that a steward hands out
households   one door each, and where it is
people       who lives behind it, who offers help and who asks for it
signups      what strangers send, until somebody decides
places       pins placed by hand, and what another machine was asked
merges       two records that were one neighbour, and two that only looked like it
ground       addresses to look up, streets and water to draw
records      imports, long work, and who did what
"""

from geomatch.network.models.ground import GazetteerEntry, GroundFeature
from geomatch.network.models.households import PRECISE, Doubt, GeocodeQuality, Household
from geomatch.network.models.invitations import Invitation, PasswordLink
from geomatch.network.models.merges import Merge, NotTheSame
from geomatch.network.models.networks import (
    RESERVED_SLUGS,
    Member,
    Network,
    Role,
    end_of_grace,
)
from geomatch.network.models.people import Mode, Person, Request, RiskFlag, Skill, Volunteer
from geomatch.network.models.places import (
    Placement,
    ProviderAnswer,
    ProviderChoice,
    ProviderConsent,
)
from geomatch.network.models.records import (
    AuditEvent,
    ColumnMemory,
    PreparedPreview,
    Run,
    SheetImport,
    StagedSheet,
)
from geomatch.network.models.signups import SignUp

__all__ = [
    "PRECISE",
    "RESERVED_SLUGS",
    "AuditEvent",
    "ColumnMemory",
    "Doubt",
    "GazetteerEntry",
    "GeocodeQuality",
    "GroundFeature",
    "Household",
    "Invitation",
    "Member",
    "Merge",
    "Mode",
    "Network",
    "NotTheSame",
    "PasswordLink",
    "Person",
    "Placement",
    "PreparedPreview",
    "ProviderAnswer",
    "ProviderChoice",
    "ProviderConsent",
    "Request",
    "RiskFlag",
    "Role",
    "Run",
    "SheetImport",
    "SignUp",
    "Skill",
    "StagedSheet",
    "Volunteer",
    "end_of_grace",
]
