"""What every page shares.

accounts         nobody signs up by themself
client_address   whose request it is, behind a proxy or not
forms            fields and their words
map_data         what a map shows
navigation       the rail, by role
no_store         nothing of who is signed in stays in a cache
phrases          numbers and codes in the words people use
language         the language a page is shown in, and how somebody chooses it
borrowed         words of Django's and allauth's pages that lack Tagalog
busy             what somebody is told whose save waited in vain
downloads        files that a page answers with
turns            heavy work, a few at once
tries            guesses at a secret, bounded
"""
