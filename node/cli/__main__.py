"""`python -m node.cli` is `hedgerow`."""

from node.cli.start import main

main()
