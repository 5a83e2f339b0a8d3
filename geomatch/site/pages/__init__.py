"""The pages, one room each: view, context, words and forms lie together.

A view translates HTTP: it asks selectors, calls services, and fills a template.

home         the first page, settings, glossary, style guide
imports      a spreadsheet's way in
neighbours   homes and the people behind them
geocoding    addresses sent to a service, or not
pods         plans and street lists
matching     requests, volunteers, offers, the policy
join         the public form, and its inbox
members      who signs in, invitations, one's own account
"""
