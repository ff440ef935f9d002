"""The catalogue (SQLite): what each source said, and the papers grouped from it."""
