"""Other names of people, each for one community; nobody can tell that they are theirs."""
