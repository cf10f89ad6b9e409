package io.quarkiverse.redis.multiplexer.showcase;

import io.quarkus.runtime.annotations.RegisterForReflection;

/** Facts of a country. Kept in Redis as JSON. */
@RegisterForReflection
public record Country(String code, String name, String capital, int inhabitants, int squareKilometres) {
}
