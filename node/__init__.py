"""One node: four doors over its topics, and the ground that these stand on."""
