"""Pages of members: the list, one member, an invitation, a new password, one's own account."""
