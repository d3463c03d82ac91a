"""Pictures made harmless: decoded in a throw-away process, drawn anew without what was in them."""
