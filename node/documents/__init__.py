"""Another node that reads: actors, objects, collections, WebFinger and NodeInfo, as documents."""
