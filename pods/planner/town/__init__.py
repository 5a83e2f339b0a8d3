"""The town as the planner sees it: homes, buildings, who is beside whom.

town        homes, neighbour graph, distances
blocks      homes that stay together
seeds       where pods may begin
subtown     a part of a town as a town
grouping    towns made of groups
wishes      what is wished for each pod, at a price in metres
reasons     why a home is in no pod
distances   figures of a plan, straight from the definition
"""
