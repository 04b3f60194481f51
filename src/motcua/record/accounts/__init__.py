"""Who may come in: accounts of the staff, sign-in, lock-out, session limits, API clients and their tokens.

Words: an *account* (`User`) belongs to a person; a *client* is a program with tokens of limited scopes. The actor
of a request is the post that the person has chosen. Events: `account.*`, `client.*`.
"""
