"""From measured profiles and prices to a decision and its proof."""
