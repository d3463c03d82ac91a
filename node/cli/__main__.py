"""`python -m node.cli` is `hedgerow`."""

from node.cli.main import main

main()
