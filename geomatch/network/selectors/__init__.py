"""Reading a network, as far as the person who asks may know.

households   homes as a reader may see them
signups      sign-ups as far as a reader may know of them
numbers      the network's own numbers, one definition each
searching    what somebody typed into a search box, bounded
doubtful     which points somebody should look at, the worst first
candidates   places an address may mean
sending      which lines would leave this machine
"""
