"""How fast documents are read: one process a contestant, in rounds, and what the machine itself can do."""
