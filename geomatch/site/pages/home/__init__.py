"""The first page, settings, and the style guide."""
