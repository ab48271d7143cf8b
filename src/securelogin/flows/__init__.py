"""The flows for sync portals; `aio` is the same for async ones.

Each file is a straight list of calls: fetch, decide, store, tell. What is decided is in
`rules`. Made from `aio` by dropping `async`, `await` and the prefix `Async`; a test
compares the two.
"""
