"""Coming into a community of ours: invitations, askings, vouches, pledges, the first steps."""
