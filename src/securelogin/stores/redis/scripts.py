"""What runs inside Redis: one script for each verb that reads and writes.

Redis runs one script at a time, so nobody comes between a script's lines. It does not
take back what an interrupted script has written, so in each of them whatever can fail
(a key that holds something else) comes before the first write.
"""

from __future__ import annotations

__all__ = ["ADD", "HELD_BY", "HIT", "MOST_HELD", "REPLACE"]

MOST_HELD = 100
"""So many sessions of an account are found by `held_by`."""

# KEYS: counters. ARGV: now, then for each key the end of a window opened now (both
# `rows.moment`) and its time to live in ms. Moments are texts of one length, which sort
# as time does: a Lua number is a double, and exact to the microsecond until the year
# 2255 only. All keys are looked at before the first is written, so that a key of
# another type changes nothing.
HIT = """
local ends = {}
for n, key in ipairs(KEYS) do
    ends[n] = redis.call('HGET', key, 'until')
end
local totals = {}
for n, key in ipairs(KEYS) do
    if not ends[n] or ends[n] <= ARGV[1] then
        redis.call('HSET', key, 'until', ARGV[2 * n], 'total', '0')
        redis.call('PEXPIRE', key, ARGV[2 * n + 1])
    end
    totals[n] = redis.call('HINCRBY', key, 'total', 1)
end
return totals
"""

# Redis' own clock only bounds how long a key stays, and never brings that forward.
_KEEP = """
local function keep(key, life)
    if redis.call('PTTL', key) < tonumber(life) then
        redis.call('PEXPIRE', key, life)
    end
end
"""

# KEYS: session, list of the account's digests. ARGV: version, session, digest, time to
# live in ms. A list, newest first, and no sorted set: of two sessions begun at one
# moment the later comes first, and only the order of storing says which that is.
ADD = f"""
{_KEEP}
if redis.call('HLEN', KEYS[1]) > 0 then
    return 0
end
redis.call('LPUSH', KEYS[2], ARGV[3])
redis.call('LTRIM', KEYS[2], 0, {MOST_HELD - 1})
keep(KEYS[2], ARGV[4])
redis.call('HSET', KEYS[1], 'version', ARGV[1], 'session', ARGV[2])
keep(KEYS[1], ARGV[4])
return 1
"""

# KEYS: session, list of the account's digests. ARGV: old version, new version, session,
# time to live in ms. Versions are compared as text: no number of Lua's comes into it.
REPLACE = f"""
{_KEEP}
if redis.call('HGET', KEYS[1], 'version') ~= ARGV[1] then
    return 0
end
redis.call('HSET', KEYS[1], 'version', ARGV[2], 'session', ARGV[3])
keep(KEYS[1], ARGV[4])
keep(KEYS[2], ARGV[4])
return 1
"""

# KEYS: list of the account's digests. ARGV: what a session's key begins with. The keys
# of sessions are made here, and lie in the slot of the list: see `keys`.
HELD_BY = f"""
local held = {{}}
for _, digest in ipairs(redis.call('LRANGE', KEYS[1], 0, {MOST_HELD - 1})) do
    local row = redis.call('HMGET', ARGV[1] .. digest, 'version', 'session')
    if row[1] or row[2] then
        held[#held + 1] = row
    end
end
return held
"""
