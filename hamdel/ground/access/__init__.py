"""Who may see and do what: users, members, roles, tokens, and the doors of every request."""
