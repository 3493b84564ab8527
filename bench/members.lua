-- Adds one member after another, each with another address.
local number = 0
local headers = { ["Content-Type"] = "application/json" }
if os.getenv("KEY") ~= "" then headers["Authorization"] = "Bearer " .. os.getenv("KEY") end

request = function()
  number = number + 1
  return wrk.format("POST", nil, headers,
    string.format('{"userName":"user%d@example.com","sentryOrgRole":"member"}', number))
end

done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format('RESULT {"requests":%d,"seconds":%f,"errors":%d,"p50":%d,"p99":%d}\n', summary.requests,
    summary.duration / 1e6, errors.connect + errors.read + errors.write + errors.timeout + errors.status,
    latency:percentile(50), latency:percentile(99)))
end
