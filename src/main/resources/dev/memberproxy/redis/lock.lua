-- Acquires the lock of a member.
-- KEYS: the lock
-- ARGV: owner token, lease in milliseconds
-- Returns 1 if the owner holds it, otherwise 0.
local lease = tonumber(ARGV[2])
local holder = redis.call('GET', KEYS[1])
-- A longer one than any lease shows that the clock was set back.
if not holder or holder == ARGV[1] or redis.call('PTTL', KEYS[1]) > lease then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', lease)
  return {1}
end
return {0}
