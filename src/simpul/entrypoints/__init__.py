"""The only place where rooms meet: commands, servers, settings, addresses and wiring."""
