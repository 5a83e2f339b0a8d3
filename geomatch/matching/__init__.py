"""Matches: who could help whom, who is asked, and what was agreed.

engine         rules, score, the best assignment and its proof; pure
models         what the solver returned, and what people agreed
selectors      who could take a request, who could not and why, which offers wait
services       everything open matched; what was agreed is kept
day            one day of a network, laid out as the engine takes it
streets        a network's streets, where a policy measures along them
policies       every version of a network's policy
offers         volunteers asked, and their answers
links          the link an offer is answered by
rounds         many offers at once; the unanswered passed on
insertion      one request brought into a solved day
handovers      a volunteer cancels: their tasks given to others
matchfile      from tables to tables: what `geomatch match` does
matchpeople    volunteers and requests of tables, read for it
streetsfile    streets for the file commands
manynetworks   many networks in one pair of tables
engines        where days are solved: here, or on a Dask cluster
"""
