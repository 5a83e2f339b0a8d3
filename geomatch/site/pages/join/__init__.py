"""The public sign-up form, and the sign-ups that wait."""
