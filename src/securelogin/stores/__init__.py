"""Stores that come with the library. `stores.memory` is the one to read first."""
