"""Pods: groups of 5-30 neighbours, how they are planned, kept and changed.

planner      `PodClustering`: arrays in, arrays out
homes        the homes to plan, from a table or a network, and the way to pods
planfile     from table to table: what `geomatch pods` does
models       plans, pods, memberships; barriers and crossings
selectors    plans and pods read
services     plans drawn, rebalanced, published; barriers
leaders      who looks after a pod, once it is planned
drafts       a drawn plan written: numbers, names, colours, point people
tilefiles    tiles as files, for workers on other machines
daskengine   tiles planned on a Dask cluster
"""
