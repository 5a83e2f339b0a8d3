"""Work behind the pages: tasks, the worker that carries them out, and how far they are.

tasks      what may be queued
worker     the process that carries it out
progress   how far a job is, in the words of a page
views      the pages of a run
cleanup    what the worker throws away when its time is over
"""
