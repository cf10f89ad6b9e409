package io.quarkiverse.redis.multiplexer.showcase;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;

/** Knows countries, but is slow to tell: what a cache is for. */
@ApplicationScoped
public class CountrySource {

    private static final List<Country> COUNTRIES = List.of(
            new Country("BR", "Brazil", "Brasília", 203_081_000, 8_510_346),
            new Country("CH", "Switzerland", "Bern", 8_960_000, 41_285),
            new Country("IS", "Iceland", "Reykjavík", 384_000, 103_125),
            new Country("JP", "Japan", "Tokyo", 124_352_000, 377_975),
            new Country("KE", "Kenya", "Nairobi", 52_428_000, 580_367),
            new Country("NZ", "New Zealand", "Wellington", 5_224_000, 268_021));

    private final Vertx vertx;
    private final Duration delay;

    CountrySource(Vertx vertx, @ConfigProperty(name = "showcase.source.delay") Duration delay) {
        this.vertx = vertx;
        this.delay = delay;
    }

    /** Nothing if there is no such country; on the caller's context in either case. */
    Uni<Optional<Country>> find(String code) {
        return Uni.createFrom().emitter(emitter -> vertx.setTimer(delay.toMillis(), timer -> emitter
                .complete(COUNTRIES.stream().filter(country -> country.code().equals(code)).findAny())));
    }
}
