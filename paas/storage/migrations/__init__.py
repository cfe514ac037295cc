"""One file per change of the schema, applied in order at every start. A file that was released never changes."""
