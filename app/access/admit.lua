-- Decides about one request and takes what it asks for, all of it or nothing.
-- KEYS  requests and tokens (hashes: second -> amount), leases (sorted set: lease -> millisecond at which it ends)
-- ARGV  requests, their limit, tokens, their limit, lease ("" for none), limit of leases, ms that a lease lasts, urgent
--       (a limit of 0 does not exist)
-- Gives, in one string: admitted (0 or 1), the limit that is over (0 none, 1 requests, 2 tokens, 3 leases), seconds to wait,
--       the second it was counted in, requests used, tokens used
local STEPS = 61
local time = redis.call('TIME')
local second = tonumber(time[1])
local now_ms = second * 1000 + math.floor(tonumber(time[2]) / 1000)
local requests, request_limit = tonumber(ARGV[1]), tonumber(ARGV[2])
local tokens, token_limit = tonumber(ARGV[3]), tonumber(ARGV[4])
local lease, lease_limit, lease_ms = ARGV[5], tonumber(ARGV[6]), tonumber(ARGV[7])

local function read(key)
  local entries, kept, old, total = redis.call('HGETALL', key), {}, {}, 0
  for place = 1, #entries, 2 do
    local at, amount = tonumber(entries[place]), tonumber(entries[place + 1])
    if at <= second - STEPS then
      old[#old + 1] = entries[place]
    else
      kept[#kept + 1] = {at, amount}
      total = total + amount
    end
  end
  if #old > 0 then redis.call('HDEL', key, unpack(old)) end
  return kept, total
end

local function wait(kept, total, amount, limit)
  local excess = total + math.min(amount, limit) - limit
  if excess <= 0 then return 0 end
  table.sort(kept, function(one, other) return one[1] < other[1] end)
  for _, entry in ipairs(kept) do
    excess = excess - entry[2]
    if excess <= 0 then return math.max(1, math.ceil(entry[1] + STEPS - now_ms / 1000)) end
  end
  return STEPS
end

local over, wait_s, requests_used, tokens_used = 0, 0, 0, 0
local function answer(admitted)
  return string.format('%d %d %d %d %.0f %.0f', admitted, over, wait_s, second, requests_used, tokens_used)
end

if request_limit > 0 then
  local kept
  kept, requests_used = read(KEYS[1])
  if requests > 0 then wait_s = wait(kept, requests_used, requests, request_limit) end
  if wait_s > 0 then over = 1 end
end
if token_limit > 0 then
  local kept, longer_s
  kept, tokens_used = read(KEYS[2])
  longer_s = tokens > 0 and wait(kept, tokens_used, tokens, token_limit) or 0
  if longer_s > wait_s then over, wait_s = 2, longer_s end
end
if lease ~= '' then
  redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now_ms)
  if over == 0 and lease_limit > 0 and redis.call('ZCARD', KEYS[3]) >= lease_limit then over = 3 end
end
if over > 0 and ARGV[8] ~= '1' then return answer(0) end

if request_limit > 0 and requests > 0 then
  redis.call('HINCRBY', KEYS[1], second, requests)
  redis.call('EXPIRE', KEYS[1], 2 * STEPS)
end
if token_limit > 0 and tokens > 0 then
  redis.call('HINCRBY', KEYS[2], second, tokens)
  redis.call('EXPIRE', KEYS[2], 2 * STEPS)
end
if lease ~= '' then
  redis.call('ZADD', KEYS[3], now_ms + lease_ms, lease)
  redis.call('PEXPIRE', KEYS[3], 2 * lease_ms)
end
requests_used, tokens_used = requests_used + requests, tokens_used + tokens
return answer(1)
