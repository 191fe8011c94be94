"""Cells that are safe to open in a spreadsheet."""

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet takes for a formula when a cell begins with it."""


def safe(cell: str) -> str:
    """The cell with an apostrophe before it where a spreadsheet would take it for a formula: numbers that begin with
    a plus are among them."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
