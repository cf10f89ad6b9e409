package io.quarkiverse.redis.multiplexer.faults.acceptance;

import io.vertx.core.json.JsonObject;

/**
 * A figure.
 *
 * @param limit in words; empty if there is none
 * @param kept whether the figure is within the limit
 */
record Finding(String name, String value, String limit, boolean kept) {

    JsonObject toJson() {
        return new JsonObject().put("name", name).put("value", value).put("limit", limit).put("kept", kept);
    }

    static Finding of(JsonObject json) {
        return new Finding(json.getString("name"), json.getString("value"), json.getString("limit"), json.getBoolean("kept"));
    }

    @Override
    public String toString() {
        return name + ": " + value + (limit.isEmpty() ? "" : " (" + limit + ")") + (kept ? "" : " NOT KEPT");
    }
}
