"""Who wants nothing more of whom: blocks, which the other side's home is told, and mutes."""
