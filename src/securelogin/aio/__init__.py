"""The flows for async portals; `flows` is the same for sync ones.

Each file is a straight list of calls: fetch, decide, store, tell. What is decided is in
`rules`. `flows` is made from this folder by dropping `async`, `await` and the prefix
`Async`; a test compares the two.
"""
