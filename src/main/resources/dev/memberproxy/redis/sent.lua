-- The first byte of a request was sent.
-- KEYS: send times
-- ARGV: id of the slot
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local latest = redis.call('ZSCORE', KEYS[1], ARGV[1])
if latest and tonumber(latest) > now then
  redis.call('ZADD', KEYS[1], now, ARGV[1])
end
return {}
