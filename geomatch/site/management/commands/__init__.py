"""The commands of `geomatch`, one file each, named as it is called.

pods          tables: households to pods
match         tables: volunteers and requests to matches
checkmatch    tables: is this matching what it claims
geocode       tables: addresses to points
streetlists   tables: pods to printed lists
newnetwork    a network made
addmember     a role given
gazetteer     addresses loaded into a network
ground        streets, water and the like loaded into a network
importsheet   a spreadsheet imported
takeback      an import taken back
place         homes of a network found on the map
planpods      pods of a network planned
matchall      one network, or every one, matched
passon        unanswered offers passed on
serve         the site
work          the worker alone
doctor        is the installation sound
backup        all of it into one file
restore       and back
demo          the demo town
"""
