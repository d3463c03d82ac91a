"""Who follows whom, which is also who joined which community, and what each then reads at home."""
