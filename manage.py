#!/usr/bin/env python
"""Django's own entry point; `geomatch` is the same with a shorter name."""

from geomatch.cli import main

if __name__ == "__main__":
    main()
