-- Counts a request of a client, unless its quota is used up.
-- KEYS: the times of the client's requests
-- ARGV: the most requests in a minute, id of the request
-- Returns 1 or 0, the requests of the last minute, and after how many milliseconds there is one less.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - 60000)
-- Those of a clock that was set back.
redis.call('ZREMRANGEBYSCORE', KEYS[1], now + 1, '+inf')
local count = redis.call('ZCARD', KEYS[1])
local counted = 0
if count < tonumber(ARGV[1]) then
  redis.call('ZADD', KEYS[1], now, ARGV[2])
  redis.call('PEXPIRE', KEYS[1], 60000)
  count = count + 1
  counted = 1
end
local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2]
return {counted, count, oldest and oldest + 60000 - now or 0}
