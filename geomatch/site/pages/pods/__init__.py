"""Plans of pods, and their street lists."""
