"""How people find out who wins a contest: by votes, by blind pairs, or by a jury."""
