"""The match board: requests, volunteers, offers and the policy.

matches         requests, volunteers and the matches between them
requests        one request: who could go, who cannot, asking somebody
request_rows    that request and its candidates, as rows
volunteers      one volunteer, and handing over all they do
offers          an offer answered, by link or after a call
offer_phrases   what the page behind the link says
policies        the policy: edited, tried, every version kept
"""
