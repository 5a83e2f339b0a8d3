"""What a network knows: itself, its members, its neighbours, its ground and its history."""

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
