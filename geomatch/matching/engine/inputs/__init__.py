"""What a day of matching is given, read and checked: people, requests and the network's policy.

vocabulary       what cells may say
people           volunteers and requests as arrays, refused in plain words
reading          one list cell, one column at a time
policy           weights, risk rules and fairness, from TOML
policy_faults    what is wrong with its text, each fault at its line and column
toml_positions   the line on which each key of a policy stands
"""
