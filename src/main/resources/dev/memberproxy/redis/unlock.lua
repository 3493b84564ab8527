-- Gives the lock of a member back, unless somebody else holds it by now.
-- KEYS: the lock
-- ARGV: owner token
if redis.call('GET', KEYS[1]) == ARGV[1] then
  redis.call('DEL', KEYS[1])
end
return {}
