"""Maps: what they show as data, the scripts that draw them, and lists on paper.

data           what a map shows: no folium, no Django, no database
payload        the same as JSON, for the script in the page
groundlayers   the pale ground as GeoJSON
shapes         the soft shape of a pod
elements       pod map and match map as folium elements
exports        a map as one file that opens with no network
document       that one HTML file
modules        our ES modules as one script for it
assets         scripts and styles, in order
vendor         renews the files other people wrote
streetlists    the map and the list for a clipboard
"""
