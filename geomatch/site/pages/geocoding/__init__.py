"""Where the network's addresses are looked up, and what would leave this machine."""
