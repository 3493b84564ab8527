-- Ends the claim of an idempotency key, unless another request owns the key by now.
-- KEYS: the key, the index of the client's ended keys
-- ARGV: owner token, new state (done or open), time to live in milliseconds, response (empty if open), name of the key in
--       the index, the most keys of the client
-- Returns the name of a key that is one too many, if there is one.
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1] then
  return {}
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HDEL', KEYS[1], 'owner', 'lease')
redis.call('HSET', KEYS[1], 'state', ARGV[2])
if ARGV[2] == 'done' then
  redis.call('HSET', KEYS[1], 'response', ARGV[4])
end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
redis.call('ZADD', KEYS[2], now, ARGV[5])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - ARGV[3])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
if redis.call('ZCARD', KEYS[2]) > tonumber(ARGV[6]) then
  return {redis.call('ZPOPMIN', KEYS[2])[1]}
end
return {}
