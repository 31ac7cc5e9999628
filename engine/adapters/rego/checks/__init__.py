"""What is refused about sources that parse, or warned of. Knows no engine, only its trees."""
