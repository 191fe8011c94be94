"""Links to pass on: whose they are, who came by them, and what they brought."""
