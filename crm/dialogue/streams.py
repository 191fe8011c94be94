"""How pages hear of what moves in conversations."""

STREAM = "inbox"
