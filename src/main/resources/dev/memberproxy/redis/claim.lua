-- Claims an idempotency key for a request.
-- KEYS: the key
-- ARGV: fingerprint of the request, owner token, lease and time to live in milliseconds
-- Returns new, open, running with the rest of the lease and the owner, done with the response, or reused.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local lease = tonumber(ARGV[3])
local held = redis.call('HMGET', KEYS[1], 'fingerprint', 'state', 'lease', 'owner', 'response')
local result = 'new'
if held[1] then
  if held[1] ~= ARGV[1] then
    return {'reused'}
  end
  if held[2] == 'done' then
    return {'done', held[5]}
  end
  if held[2] == 'running' then
    local left = held[3] - now
    -- A longer one shows that the clock was set back.
    if left > 0 and left <= lease then
      return {'running', left, held[4]}
    end
  end
  result = 'open'
end
redis.call('HSET', KEYS[1], 'fingerprint', ARGV[1], 'state', 'running', 'owner', ARGV[2], 'lease', now + lease)
redis.call('PEXPIRE', KEYS[1], lease + ARGV[4])
return {result}
