"""Operations: one row for each request, the table of their states, and the only code that moves them."""
