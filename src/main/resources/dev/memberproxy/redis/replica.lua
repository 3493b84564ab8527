-- A replica is running.
-- KEYS: the replicas
-- ARGV: id of the replica, after how many milliseconds a replica that is not heard of is gone
-- Returns the time in milliseconds, and the ids of all replicas.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[1], now + 1, '+inf')
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
local result = redis.call('ZRANGE', KEYS[1], 0, -1)
table.insert(result, 1, string.format('%.0f', now))
return result
