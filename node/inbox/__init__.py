"""Another node that speaks: it is listened to, kept, applied in order, and asked for more."""
