-- Has leases last on, those too that Redis does not know (it was restarted, or away when they were given).
-- KEYS  leases
-- ARGV  ms that a lease lasts, leases…
local time = redis.call('TIME')
local ends = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) + tonumber(ARGV[1])
for place = 2, #ARGV do redis.call('ZADD', KEYS[1], ends, ARGV[place]) end
redis.call('PEXPIRE', KEYS[1], 2 * tonumber(ARGV[1]))
return #ARGV - 1
