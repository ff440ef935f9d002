"""What a paper, a listing, a decision and a query are: pure values and functions, no I/O, no third-party import."""
