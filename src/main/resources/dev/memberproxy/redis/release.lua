-- Frees an idempotency key whose request changed nothing, unless another request owns the key by now.
-- KEYS: the key
-- ARGV: owner token
if redis.call('HGET', KEYS[1], 'owner') == ARGV[1] then
  redis.call('DEL', KEYS[1])
end
return {}
