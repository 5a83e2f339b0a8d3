"""The public sign-up form, and the sign-ups that wait.

join      the public form
form      its questions, and the traps beside them
phrases   its words, in every language it speaks
signups   the inbox, and the switch that opens the form
"""
