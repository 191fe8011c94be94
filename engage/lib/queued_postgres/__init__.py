"""Django's PostgreSQL for many threads that share few connections: see `base`."""
