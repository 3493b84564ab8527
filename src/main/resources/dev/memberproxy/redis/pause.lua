-- Lets nothing be sent for some time.
-- KEYS: pause, which never expires: its absence shows that Redis is empty
-- ARGV: duration in milliseconds
local time = redis.call('TIME')
local ends = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[1]
if ends > tonumber(redis.call('GET', KEYS[1]) or 0) then
  redis.call('SET', KEYS[1], ends)
end
return {}
