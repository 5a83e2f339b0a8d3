"""The words of American addresses, as tables: what is short for what.

Suffixes and units follow USPS Publication 28, appendices C1 and C2, with the spellings that county
files and people add ("Lp", "Wy", "Hgwy"). Directions include "No." and "So.", usual in the
Mountain West.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

__all__ = [
    "CARDINALS",
    "COMMON_SUFFIXES",
    "DIRECTIONS",
    "NAME_WORDS",
    "ORDINALS",
    "PRIMARY_WORDS",
    "SUFFIXES",
    "SUFFIX_SPELLINGS",
    "TENS_WORDS",
    "UNIT_WORDS",
    "UNIT_WORDS_ALONE",
    "by_last_word",
    "word_set",
]


def word_set(text: str) -> frozenset[str]:
    """Words of `text`, for tables that read better as a line than as a list."""
    return frozenset(text.split())


def _by_spelling(text: str) -> Mapping[str, str]:
    """Read lines of `STANDARD spelling spelling …` into {spelling: STANDARD}."""
    table: dict[str, str] = {}
    for line in text.strip().splitlines():
        standard, *spellings = line.split()
        table[standard] = standard
        for spelling in spellings:
            table[spelling] = standard
    return MappingProxyType(table)


def by_last_word(text: str) -> Mapping[str, str]:
    """Read lines of `SOME NAME SHORT` into {"SOME NAME": "SHORT"}."""
    split = (line.rpartition(" ") for line in text.strip().splitlines())
    return MappingProxyType({name: short for name, _, short in split})


def _numbered(text: str) -> Mapping[str, int]:
    """Read lines of `WORD number`."""
    return MappingProxyType({word: int(number) for word, number in by_last_word(text).items()})


# Standard abbreviation, then the primary word, then what else people write.
# Where Pub 28 abbreviates a word and its plural differently although nobody keeps them apart
# (MDW and MDWS, EST and ESTS), both are here one suffix: as a street's type they say the same.
SUFFIXES: Final[Mapping[str, str]] = _by_spelling("""
ALY ALLEY ALLEE ALLY
ANX ANNEX ANEX ANNX
ARC ARCADE
AVE AVENUE AV AVEN AVENU AVN AVNUE
BYU BAYOU BAYOO
BCH BEACH
BND BEND
BLF BLUFF BLUF BLUFFS BLFS
BTM BOTTOM BOT BOTTM
BLVD BOULEVARD BOUL BOULV BLV BVD BOULEVRD BLVRD
BR BRANCH BRNCH
BRG BRIDGE BRDGE
BRK BROOK BROOKS BRKS
BG BURG BURGS BGS
BYP BYPASS BYPA BYPAS BYPS
CP CAMP CMP
CYN CANYON CANYN CNYN
CPE CAPE
CSWY CAUSEWAY CAUSWA
CTR CENTER CENT CENTR CENTRE CNTER CNTR CEN CENTERS CTRS
CIR CIRCLE CIRC CIRCL CRCL CRCLE CIRCLES CIRS
CLF CLIFF CLIFFS CLFS
CLB CLUB
CMN COMMON CMMN COMMONS CMNS
COR CORNER CORNERS CORS
CRSE COURSE
CT COURT CRT COURTS CTS
CV COVE COVES CVS
CRK CREEK
CRES CRESCENT CRSENT CRSNT
CRST CREST
XING CROSSING CRSSNG CROSSNG
XRD CROSSROAD CROSSROADS XRDS
CURV CURVE
DL DALE
DM DAM
DV DIVIDE DIV DVD
DR DRIVE DRIV DRV DRIVES DRS
EST ESTATE ESTATES ESTS
EXPY EXPRESSWAY EXP EXPR EXPRESS EXPW
EXT EXTENSION EXTN EXTNSN EXTENSIONS EXTS
FALL FALLS FLS
FRY FERRY FRRY
FLD FIELD FIELDS FLDS
FLT FLAT FLATS FLTS
FRD FORD FORDS FRDS
FRST FOREST FORESTS
FRG FORGE FORG FORGES FRGS
FRK FORK FORKS FRKS
FT FORT FRT
FWY FREEWAY FREEWY FRWAY FRWY
GDN GARDEN GARDN GRDEN GRDN GARDENS GDNS GRDNS
GTWY GATEWAY GATEWY GATWAY GTWAY
GLN GLEN GLENS GLNS
GRN GREEN GREENS GRNS
GRV GROVE GROV GROVES GRVS
HBR HARBOR HARB HARBR HRBOR HARBORS HBRS
HVN HAVEN
HTS HEIGHTS HT HEIGHT HGTS
HWY HIGHWAY HIGHWY HIWAY HIWY HWAY HGWY HGHWY HYWY HWYS
HL HILL HILLS HLS
HOLW HOLLOW HLLW HOLLOWS HOLWS
INLT INLET
IS ISLAND ISLND ISLANDS ISLNDS ISS
ISLE ISLES
JCT JUNCTION JCTION JCTN JUNCTN JUNCTON JUNCTIONS JCTS
KY KEY KEYS KYS
KNL KNOLL KNOL KNOLLS KNLS
LK LAKE LAKES LKS
LAND
LNDG LANDING LNDNG
LN LANE LANES LNS LANNE
LGT LIGHT LIGHTS LGTS
LF LOAF
LCK LOCK LOCKS LCKS
LDG LODGE LDGE LODG
LOOP LOOPS LP LOP
MALL
MNR MANOR MANORS MNRS
MDWS MEADOWS MEADOW MDW MEDOWS
MEWS
ML MILL MILLS MLS
MSN MISSION MISSN MSSN
MTWY MOTORWAY
MT MOUNT MNT
MTN MOUNTAIN MNTAIN MNTN MOUNTIN MTIN MOUNTAINS MTNS MNTNS
NCK NECK
ORCH ORCHARD ORCHRD
OVAL OVL
OPAS OVERPASS
PARK PRK PARKS PK
PKWY PARKWAY PARKWY PKWAY PKY PARKWAYS PKWYS PWY
PASS
PSGE PASSAGE
PATH PATHS
PIKE PIKES
PNE PINE PINES PNES
PL PLACE PLC
PLN PLAIN PLAINS PLNS
PLZ PLAZA PLZA
PT POINT POINTS PTS PNT
PRT PORT PORTS PRTS
PR PRAIRIE PRR
RADL RADIAL RAD RADIEL
RAMP
RNCH RANCH RANCHES RNCHS
RPD RAPID RAPIDS RPDS
RST REST
RDG RIDGE RDGE RIDGES RDGS
RIV RIVER RVR RIVR
RD ROAD ROADS RDS
RTE ROUTE
ROW
RUE
RUN
SHL SHOAL SHOALS SHLS
SHR SHORE SHOAR SHORES SHRS SHOARS
SKWY SKYWAY
SPG SPRING SPNG SPRNG SPRINGS SPGS SPNGS SPRNGS
SPUR SPURS
SQ SQUARE SQR SQRE SQU SQUARES SQS SQRS
STA STATION STATN STN
STRA STRAVENUE STRAV STRAVEN STRAVN STRVN STRVNUE
STRM STREAM STREME
ST STREET STR STRT STREETS STS
SMT SUMMIT SUMIT SUMITT
TER TERRACE TERR TERRAC TCE
TRWY THROUGHWAY
TRCE TRACE TRACES
TRAK TRACK TRACKS TRK TRKS
TRFY TRAFFICWAY
TRL TRAIL TRAILS TRLS
TUNL TUNNEL TUNEL TUNLS TUNNELS TUNNL
TPKE TURNPIKE TRNPK TURNPK TPK
UPAS UNDERPASS
UN UNION UNIONS UNS
VLY VALLEY VALLY VLLY VALLEYS VLYS
VIA VIADUCT VDCT VIADCT
VW VIEW VIEWS VWS
VLG VILLAGE VILL VILLAG VILLG VILLIAGE VILLAGES VLGS
VL VILLE
VIS VISTA VIST VST VSTA
WALK WALKS
WALL
WAY WY WAYS
WL WELL WELLS WLS
""")

SUFFIX_SPELLINGS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        standard: tuple(word for word, short in SUFFIXES.items() if short == standard)
        for standard in set(SUFFIXES.values())
    }
)

_WHOLE_WORDS: Final = word_set(
    "FALL ISLE LAND LOOP MALL MEWS OVAL PARK PASS PATH PIKE RAMP ROW RUE RUN SPUR VIA WALK WALL WAY"
)
PRIMARY_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        standard: standard if standard in _WHOLE_WORDS else spellings[1]
        for standard, spellings in SUFFIX_SPELLINGS.items()
    }
)
"""Standard abbreviation of a suffix -> the word it stands for."""

# Types of street that are hardly ever the last word of a town's name: where a line has no commas,
# the first of them ends the street.
COMMON_SUFFIXES: Final = word_set(
    "ALY AVE BLVD CIR CT DR EXPY FWY HWY LN LOOP PKWY PL PLZ RD ROW SQ ST TER TPKE TRL WAY"
)

DIRECTIONS: Final[Mapping[str, str]] = _by_spelling("""
N NORTH NO NTH
S SOUTH SO STH
E EAST
W WEST
NE NORTHEAST
NW NORTHWEST
SE SOUTHEAST
SW SOUTHWEST
""")

# Short words inside a name, written out. Street types inside a name ("Mill Bridge Rd Ext") are
# written out by their primary word, see `street.py`.
NAME_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "AND": "AND",
        "CNTY": "COUNTY",
        "CRK": "CREEK",
        "CTY": "COUNTY",
        "CYN": "CANYON",
        "FT": "FORT",
        "GEN": "GENERAL",
        "HTS": "HEIGHTS",
        "JR": "JUNIOR",
        "LK": "LAKE",
        "LKS": "LAKES",
        "LT": "LIEUTENANT",
        "LTL": "LITTLE",
        "MDW": "MEADOW",
        "MDWS": "MEADOWS",
        "MNT": "MOUNT",
        "MT": "MOUNT",
        "MTN": "MOUNTAIN",
        "MTNS": "MOUNTAINS",
        "NATL": "NATIONAL",
        "PRES": "PRESIDENT",
        "PT": "POINT",
        "RDG": "RIDGE",
        "RNCH": "RANCH",
        "SGT": "SERGEANT",
        "SPG": "SPRING",
        "SPGS": "SPRINGS",
        "STE": "SAINTE",
        "VLG": "VILLAGE",
        "VLY": "VALLEY",
        "VW": "VIEW",
    }
)

# Units that are followed by a name ("APT 4") and units that stand alone ("REAR").
UNIT_WORDS: Final[Mapping[str, str]] = _by_spelling("""
APT APARTMENT APMT APART
BLDG BUILDING BLD
DEPT DEPARTMENT
DOOR
FL FLOOR FLR
HNGR HANGAR HANGER
KEY
LOT
OFC OFFICE
PH PENTHOUSE
PIER
RM ROOM
SLIP
SPC SPACE SP
STE SUITE
STOP
TRLR TRAILER
UNIT UNT
NO NUMBER NUM
""")

UNIT_WORDS_ALONE: Final[Mapping[str, str]] = _by_spelling("""
BSMT BASEMENT
FRNT FRONT
LBBY LOBBY
LOWR LOWER
PH PENTHOUSE
REAR
SIDE
UPPR UPPER UPSTAIRS
DOWNSTAIRS
""")

# Ordinal word -> its number. "Twenty first" is put together in `street.py` from TENS_WORDS.
ORDINALS: Final[Mapping[str, int]] = _numbered("""
FIRST 1
SECOND 2
THIRD 3
FOURTH 4
FIFTH 5
SIXTH 6
SEVENTH 7
EIGHTH 8
NINTH 9
TENTH 10
ELEVENTH 11
TWELFTH 12
THIRTEENTH 13
FOURTEENTH 14
FIFTEENTH 15
SIXTEENTH 16
SEVENTEENTH 17
EIGHTEENTH 18
NINETEENTH 19
TWENTIETH 20
THIRTIETH 30
FORTIETH 40
FIFTIETH 50
SIXTIETH 60
SEVENTIETH 70
EIGHTIETH 80
NINETIETH 90
""")
TENS_WORDS: Final[Mapping[str, int]] = _numbered("""
TWENTY 20
THIRTY 30
FORTY 40
FIFTY 50
SIXTY 60
SEVENTY 70
EIGHTY 80
NINETY 90
""")
CARDINALS: Final[Mapping[str, int]] = _numbered("""
ONE 1
TWO 2
THREE 3
FOUR 4
FIVE 5
SIX 6
SEVEN 7
EIGHT 8
NINE 9
TEN 10
""")
