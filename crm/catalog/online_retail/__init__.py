"""UCI's Online Retail (Chen, 2015): a real shop's order lines, with all their traps."""
