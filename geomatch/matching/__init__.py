"""Matches: who could help whom, who is asked, and what was agreed."""
