"""What a network knows: itself, its members, its neighbours, its ground and its history."""

from geomatch.network.models.ground import GazetteerEntry, GroundFeature
from geomatch.network.models.households import PRECISE, Doubt, GeocodeQuality, Household
from geomatch.network.models.merges import Merge, NotTheSame
from geomatch.network.models.networks import RESERVED_SLUGS, Member, Network, Role
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
    "Member",
    "Merge",
    "Mode",
    "Network",
    "NotTheSame",
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
]
