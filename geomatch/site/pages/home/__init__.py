"""The first page, settings, and the style guide.

home          where people arrive, and settings
dashboard     what the first page says
lately        what was done lately, as sentences
glossary      what each word and number means
style_guide   every component in every state
"""
