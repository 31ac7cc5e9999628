"""Use cases about providers: what is at hand and how its types look. They read only."""
