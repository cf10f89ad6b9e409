package io.quarkiverse.redis.multiplexer.monitored;

import java.time.Duration;

import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.smallrye.mutiny.Uni;

/** Prices that take a while to compute, with a cache before them. */
@Path("/prices/{article}")
public class PriceResource {

    private final PriceCache cache;
    private final Duration computation;

    PriceResource(PriceCache cache, @ConfigProperty(name = "monitored.computation") Duration computation) {
        this.cache = cache;
        this.computation = computation;
    }

    @GET
    public Uni<Price> price(String article) {
        return cache.get(article, () -> compute(article));
    }

    @DELETE
    public Uni<Void> forget(String article) {
        return cache.invalidate(article);
    }

    private Uni<Long> compute(String article) {
        return Uni.createFrom().item(100L * article.length()).onItem().delayIt().by(computation);
    }
}
