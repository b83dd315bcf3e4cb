"""HTTP that belongs to no stage: page rendering, security, error pages, health, the style guide."""
