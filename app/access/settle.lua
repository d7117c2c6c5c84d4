-- Puts the tokens that were used in place of the guess, and gives the lease back.
-- KEYS  tokens, leases
-- ARGV  the second that the guess was counted in, what to add to it, the lease
local added = tonumber(ARGV[2])
if added ~= 0 and tonumber(ARGV[1]) > tonumber(redis.call('TIME')[1]) - 61 then
  redis.call('HINCRBY', KEYS[1], ARGV[1], added)
  redis.call('EXPIRE', KEYS[1], 122)
end
return redis.call('ZREM', KEYS[2], ARGV[3])
