"""What a member is told: that somebody named, answered, followed, favoured or boosted them."""
