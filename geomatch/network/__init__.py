"""Networks, the people in them, and who may see what.

models       what a network knows
scope        the first wall: no network entered, no rows
rls          the second wall: row-level security on PostGIS
access       who may call a view
speaking     the language of a request
fields       planar points, and text sealed at rest
selectors    reading
services     networks, runs, ground: writing
members      who works in a network: invited, given roles, removed
intake       a sheet's whole way into the register
signups      what strangers send through the public form
duplicates   one neighbour who stands in the register twice
locating     where homes are
"""
