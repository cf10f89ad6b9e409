package io.quarkiverse.redis.multiplexer.engine.client;

import java.util.List;

import io.quarkiverse.redis.multiplexer.engine.client.Outstanding.Answer;
import io.quarkiverse.redis.multiplexer.engine.client.Outstanding.Place;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.vertx.redis.client.Request;

/**
 * Counts a command of a {@link ConnectionDispatch} while it has not been answered, or notes that it was not accepted, besides
 * what is reported anyway.
 */
final class DispatchUse implements CommandReport {

    private final ConnectionDispatch dispatch;
    private final Outstanding outstanding;
    private final CommandReport report;
    /** Until the command is accepted: they may be large. */
    private List<Request> requests;
    private Place place = Place.NOWHERE;
    /** The answers of commands before it that have waited until it began. */
    private List<Answer> before = List.of();

    /** @param requests that the command is made of */
    DispatchUse(ConnectionDispatch dispatch, Outstanding outstanding, List<Request> requests, CommandReport report) {
        this.dispatch = dispatch;
        this.outstanding = outstanding;
        this.requests = requests;
        this.report = report;
    }

    /** Called with the lock of its dispatch. */
    void begin(Place newPlace) {
        requests = List.of();
        place = newPlace;
        if (newPlace != Place.HERE && newPlace != Place.ALONE) {
            before = outstanding.begin(newPlace);
        }
    }

    /** It is not accepted, which its dispatch is told by somebody else, in its turn. */
    void refused() {
        requests = List.of();
        place = Place.HERE;
    }

    @Override
    public void succeeded(Object reply) {
        try {
            report.succeeded(reply);
        } finally {
            end();
        }
    }

    @Override
    public void failed(Throwable cause) {
        try {
            report.failed(cause);
        } finally {
            end(cause);
        }
    }

    private void end(Throwable cause) {
        if (place == Place.NOWHERE) {
            dispatch.failed(requests, cause);
        } else {
            end();
        }
    }

    private void end() {
        switch (place) {
            case LANE, DEDICATED, ENDLESS -> dispatch.onEnded(place, before);
            case ALONE -> dispatch.onEndedAlone(this);
            case HERE, NOWHERE -> {
            }
        }
    }
}
