"""Other names that people have, each for one community alone, and that nobody can tell are theirs."""
