"""Parse and normalise one US address. Pure text; no gazetteer, no network.

`AddressReader` reads a line or a table's columns into an `Address` of normal parts; `alternatives`
lists what else the same words may mean. Two spellings of one address have equal parts, and reading
the normal spelling again changes nothing.

reader         an address read: from a line, or from a table's columns
several        several addresses in one cell
pieces         what stands between two commas
tail           unit, town, state and ZIP code without a comma before them
street         the name of a street
parts          normal spellings of the other parts
address        the result: one address in its normal parts
alternatives   what else the same words may mean
states         the states and territories
words          the words of addresses, as tables
text           plain upper-case words of what somebody typed
"""

from geomatch.core.addresses.address import Address
from geomatch.core.addresses.alternatives import alternatives, in_longer_town
from geomatch.core.addresses.parts import (
    normalise_city,
    normalise_number,
    normalise_postcode,
    normalise_region,
    normalise_unit,
)
from geomatch.core.addresses.reader import AddressReader, parse_address
from geomatch.core.addresses.several import several_doors
from geomatch.core.addresses.street import Street, normalise_street

__all__ = [
    "Address",
    "AddressReader",
    "Street",
    "alternatives",
    "in_longer_town",
    "normalise_city",
    "normalise_number",
    "normalise_postcode",
    "normalise_region",
    "normalise_street",
    "normalise_unit",
    "parse_address",
    "several_doors",
]
