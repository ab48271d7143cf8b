"""What runs inside Redis: one script for each verb that reads and writes.

Redis runs one script at a time, so nobody comes between a script's lines. It does not
take back what an interrupted script has written, so in each of them whatever can fail
(a key that holds something else) comes before the first write.
"""

from __future__ import annotations

from securelogin.sessions import MOST_HELD

__all__ = ["ADD", "HELD_BY", "HIT", "REPLACE"]

_MOST_FORGOTTEN = 10
"""So many sessions that Redis let go leave an account's set when one is added."""

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

# A set in order of adding, and no list: one that has ended leaves it at little cost,
# however many there are. Not in order of time: of two sessions begun at one moment the
# later comes first, and only the order of adding says which that is. One that has not
# ended and is missing, since Redis lost the set, comes back with its next write.
_HOLD = f"""
{_KEEP}
local function hold(set, digest, is_ended, life)
    local place = redis.call('ZSCORE', set, digest)
    local last = redis.call('ZREVRANGE', set, 0, 0, 'WITHSCORES')
    if is_ended == '1' then
        redis.call('ZREM', set, digest)
        return
    end
    if not place then
        redis.call('ZADD', set, (tonumber(last[2]) or 0) + 1, digest)
    end
    keep(set, life)
end
"""

# KEYS: session, set of the account's digests. ARGV: version, session, digest, whether
# it has ended, time to live in ms, what a session's key begins with. The set goes when
# its last session does, so the oldest that Redis let go leave it here: each adding
# takes more out than it puts in.
ADD = f"""
{_HOLD}
if redis.call('HLEN', KEYS[1]) > 0 then
    return 0
end
hold(KEYS[2], ARGV[3], ARGV[4], ARGV[5])
redis.call('HSET', KEYS[1], 'version', ARGV[1], 'session', ARGV[2])
keep(KEYS[1], ARGV[5])
for _, digest in ipairs(redis.call('ZRANGE', KEYS[2], 0, {_MOST_FORGOTTEN - 1})) do
    if redis.call('EXISTS', ARGV[6] .. digest) == 1 then
        break
    end
    redis.call('ZREM', KEYS[2], digest)
end
return 1
"""

# KEYS: session, set of the account's digests. ARGV: old version, new version, session,
# digest, whether it has ended, time to live in ms. Versions are compared as text: no
# number of Lua's comes into it.
REPLACE = f"""
{_HOLD}
if redis.call('HGET', KEYS[1], 'version') ~= ARGV[1] then
    return 0
end
hold(KEYS[2], ARGV[4], ARGV[5], ARGV[6])
redis.call('HSET', KEYS[1], 'version', ARGV[2], 'session', ARGV[3])
keep(KEYS[1], ARGV[6])
return 1
"""

# KEYS: set of the account's digests. ARGV: what a session's key begins with. The keys
# of sessions are made here, and lie in the slot of the set: see `keys`. Those that
# Redis let go take no place among the hundred.
HELD_BY = f"""
local held = {{}}
local start = 0
repeat
    local digests = redis.call(
        'ZREVRANGE', KEYS[1], start, start + {MOST_HELD - 1})
    for _, digest in ipairs(digests) do
        local row = redis.call('HMGET', ARGV[1] .. digest, 'version', 'session')
        if #held < {MOST_HELD} and (row[1] or row[2]) then
            held[#held + 1] = row
        end
    end
    start = start + {MOST_HELD}
until #digests < {MOST_HELD} or #held == {MOST_HELD}
return held
"""
