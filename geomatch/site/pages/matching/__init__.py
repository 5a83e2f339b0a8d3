"""The match board: requests, volunteers, offers and the policy."""
