"""What time brings: boundaries that pass without anybody doing anything, told as events, each once."""
