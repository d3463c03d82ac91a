"""What we have to do with other nodes: a policy for each host, asked wherever one is met."""
