-- A replica has stopped.
-- KEYS: the replicas
-- ARGV: id of the replica
redis.call('ZREM', KEYS[1], ARGV[1])
return {}
