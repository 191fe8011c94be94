"""What a journey would have done: its draft over the stored history, in event time, by the same engine.

`history` reads a slice of people, `simulation` walks one of them without a database, `verdicts` asks the guards as of
then, `tallies` counts, `running` does it slice by slice. Nothing is sent, and nothing is written but the result.
"""
