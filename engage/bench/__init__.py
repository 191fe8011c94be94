"""The measures: each a ratio to a control taken in the same run."""
