"""Where homes are: looked up, asked of a service, or pinned by a person.

look_up    addresses in the network's own gazetteer, off-line
provider   a geocoding service on another machine, for lines somebody said may be sent
pins       points that a person placed: kept for ever, taken back step by step
"""
