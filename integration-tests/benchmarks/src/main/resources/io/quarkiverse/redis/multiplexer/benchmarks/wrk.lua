-- What wrk found out, as one line of JSON. Times are in microseconds.
done = function(summary, latency, requests)
    local errors = summary.errors
    print(string.format('{"requests":%d,"duration":%d,"errors":%d,"p50":%d,"p99":%d,"p999":%d}',
        summary.requests, summary.duration,
        errors.status + errors.connect + errors.read + errors.write + errors.timeout,
        latency:percentile(50), latency:percentile(99), latency:percentile(99.9)))
end
