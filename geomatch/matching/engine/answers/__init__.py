"""Answers about an assignment: why this volunteer, why not that one, and who takes over.

explain    reasons for a choice, an exclusion, a shortlist
hand_over  who takes the tasks of a volunteer who cancels
"""
