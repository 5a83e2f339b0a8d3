"""The pages, one room each: view, context, words and forms lie together.

A view translates HTTP: it asks selectors, calls services, and fills a template.
"""
