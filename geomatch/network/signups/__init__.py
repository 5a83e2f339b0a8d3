"""Sign-ups from strangers: taken, looked at, and let in by the way every spreadsheet goes.

services   take a sign-up, let it in, turn it away
sheets     sign-ups as a staged sheet
let_in     sign-ups that an import let in, and back in the inbox with it
"""
