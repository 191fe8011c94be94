"""The REST interface: every app's viewsets under one root, and what only shows when all rooms are seen together."""
