-- A request has ended. If it was not sent, another may be sent in its place.
-- KEYS: send times, slots in use
-- ARGV: id of the slot, 1 if it was sent, otherwise 0
redis.call('ZREM', KEYS[2], ARGV[1])
if ARGV[2] == '0' then
  redis.call('ZREM', KEYS[1], ARGV[1])
end
return {}
