"""Looks for leaks: a made-up node full of secrets is asked everything by those whom they are not
for."""
