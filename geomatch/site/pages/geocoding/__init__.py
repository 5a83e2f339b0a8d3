"""Where the network's addresses are looked up, and what would leave this machine.

views     what would be sent, said yes to, and what came of it
context   what its page shows
"""
