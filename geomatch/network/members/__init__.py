"""Members: who works in a network, how they come in, what they may do, and how they leave.

links        secrets that work once; only their digest is kept
second_step  who must have one, and from when
stewards     what only a steward does, one at a time
sessions     where somebody is signed in, and ending it
lists        members and invitations, to read
invitations  invite, invite anew, revoke, accept
roles        change roles, hand one over, remove somebody and let them back in
neighbours   which neighbour a member is
passwords    a new password, given in person
accounts     what people change about themselves
"""
