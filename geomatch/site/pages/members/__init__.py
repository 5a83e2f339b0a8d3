"""Pages of members: the list, one member, an invitation, a new password, one's own account.

members   the list, and invitations made and taken back
member    one member: roles, who they are, and the end of it
invited   what a link opens, for whoever holds it
account   one's own name, password and places signed in
context   what these pages show
forms     what they ask
"""
