-- Forgets an idempotency key that is one too many, unless a request is running.
-- KEYS: the key
if redis.call('HGET', KEYS[1], 'state') ~= 'running' then
  redis.call('DEL', KEYS[1])
end
return {}
