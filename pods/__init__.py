"""Pods: groups of 5-30 neighbours, how they are planned, kept and changed."""
