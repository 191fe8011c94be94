"""Journeys in shadow: they walk with what happens, and nothing is carried out.

`noting` keeps the messages that would have gone, `judging` asks the guards about them in their time, `walks` begins and
ends it for those under way, `figures` counts. What is never carried out is decided in one place, `Chunk.does`.
"""
