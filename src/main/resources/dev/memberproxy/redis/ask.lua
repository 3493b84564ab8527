-- Asks for the right to send one request to Sentry.
-- KEYS: send times, slots in use, pause, queues; all of one organization and method
-- ARGV: id of the slot, limit of a window (0: none), limit of concurrent requests, window, time in which the slot must be
--       used, lease of the slot, id of the replica, length of its queue; times in milliseconds
-- Returns 1 or 0, after how many milliseconds to ask again, the length of the other queues, the slots in use, the time.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local limit, concurrent, window = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local use, lease = tonumber(ARGV[5]), tonumber(ARGV[6])

-- The queues of replicas that have not asked for two seconds are empty.
local waiting = 0
local queues = redis.call('HGETALL', KEYS[4])
for i = 1, #queues, 2 do
  local length, at = string.match(queues[i + 1], '(%d+) (%d+)')
  if math.abs(now - at) > 2000 then
    redis.call('HDEL', KEYS[4], queues[i])
  elseif queues[i] ~= ARGV[7] then
    waiting = waiting + length
  end
end
redis.call('HSET', KEYS[4], ARGV[7], ARGV[8] .. ' ' .. string.format('%.0f', now))
redis.call('PEXPIRE', KEYS[4], 2000)

-- Those that are over, and those of a clock that was set back. A slot asks again if it was not used in time.
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
redis.call('ZREMRANGEBYSCORE', KEYS[1], now + use + 1, '+inf')
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
redis.call('ZREMRANGEBYSCORE', KEYS[2], now + lease + 1, '+inf')
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])

local pause = tonumber(redis.call('GET', KEYS[3]) or -1)
if pause < 0 or pause > now + 120000 then
  -- Redis is empty, so that the requests of the last window are not known.
  pause = now + window
  redis.call('SET', KEYS[3], pause)
end
local used = redis.call('ZCARD', KEYS[2])
local wait = 0
if pause > now then
  wait = pause - now
elseif used >= concurrent then
  wait = 20
elseif limit > 0 then
  local sent = redis.call('ZCARD', KEYS[1])
  if sent >= limit then
    local before = tonumber(redis.call('ZRANGE', KEYS[1], sent - limit, sent - limit, 'WITHSCORES')[2])
    -- One that is not sent yet may be sent any moment.
    wait = before > now and 20 or math.max(1, before + window - now)
  end
end
if wait > 0 then
  return {0, wait, waiting, used, now}
end
-- It may be sent until then.
redis.call('ZADD', KEYS[1], now + use, ARGV[1])
redis.call('PEXPIRE', KEYS[1], use + window)
redis.call('ZADD', KEYS[2], now + lease, ARGV[1])
redis.call('PEXPIRE', KEYS[2], lease)
return {1, 0, waiting, used + 1, now}
