"""Webhooks: what a journey tells other systems. Queued by the walking belt, carried out by `sending`."""
