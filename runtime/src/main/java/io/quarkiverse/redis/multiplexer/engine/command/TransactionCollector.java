package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.List;
import java.util.Optional;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.RequestAccess;
import io.vertx.redis.client.impl.types.SimpleStringType;

/**
 * The transaction of one connection: what came since MULTI is kept until EXEC, and then is one command; or it is sent as far as
 * it has come, if something comes that only the server can answer. Whoever asks {@link #fateOf} does what that says. The
 * states are those of {@link CollectorState}.
 * <p>
 * What is kept has been answered, and its bytes count as pending all the same.
 * <p>
 * Not thread-safe.
 */
public final class TransactionCollector {

    /** What becomes of requests. */
    public enum Fate {
        /** They have nothing to do with what is kept here. */
        PASSED,
        /** MULTI, of which it is not known whether the server lets it in: it is asked. */
        ASKED,
        /** They are {@linkplain #keep kept}, and {@linkplain #answerTo answered}. */
        KEPT,
        /** EXEC: what is kept is {@linkplain #executedBy executed}, unless it is {@linkplain #problem broken}. */
        EXECUTED,
        /** DISCARD: what is kept is {@linkplain #end forgotten}. */
        DISCARDED,
        /** They go to the server, behind all that {@linkplain #sentSoFar is kept}. */
        SENT_AFTER
    }

    /** The demands of a whole transaction on a connection. */
    public static final CommandTraits TRAITS = CommandTraits.of(List.of(Request.cmd(Command.MULTI), Request.cmd(Command.EXEC)));

    private static final Response QUEUED = SimpleStringType.create("QUEUED");
    private static final Optional<Response> ANSWER_OK = Optional.of(SimpleStringType.OK);
    private static final Optional<Response> ANSWER_QUEUED = Optional.of(QUEUED);

    private final Failures failures;
    private final int maxCommands;
    private final TransactionAccess access;
    /** Whether the place of a transaction is known by its keys only. */
    private final boolean placedByKeys;
    private final KeptCommands kept;
    private CollectorState state = CollectorState.NONE;
    /** How many have been answered as kept, also if they are not because it is broken. */
    private int count;
    /** Why it is {@link CollectorState#BROKEN}. */
    private Optional<Throwable> problem = Optional.empty();
    /** Of what has been sent without its end. */
    private Optional<QueueingErrors> untold = Optional.empty();
    /** The MULTI of what is kept, or was forgotten; empty if that has been sent. */
    private Optional<PendingCommand> unsent = Optional.empty();
    /** Whether the connection that the caller has may have another user, of whom {@link #access} tells nothing. */
    private boolean ofOtherUser;

    /**
     * @param budget counts the bytes of the whole client
     * @param access while it is unknown, a transaction is kept, and not executed; where it is refused, nothing is kept but a
     *        MULTI that has no place yet
     */
    public TransactionCollector(PendingBytes budget, Failures failures, int maxCommands, TransactionAccess access,
            boolean placedByKeys) {
        this.kept = new KeptCommands(budget, placedByKeys);
        this.failures = failures;
        this.maxCommands = maxCommands;
        this.access = access;
        this.placedByKeys = placedByKeys;
    }

    /** @param route that the requests would take */
    public Fate fateOf(List<Request> requests, Route route) {
        return switch (state) {
            case NONE -> is(StateEffect.MULTI, requests) ? fateOfMulti() : Fate.PASSED;
            case ON_SERVER -> Fate.PASSED;
            case COLLECTING, BROKEN -> access.isRefused() ? Fate.SENT_AFTER : fateOfPart(requests, route);
        };
    }

    private static boolean is(StateEffect effect, List<Request> requests) {
        return requests.size() == 1 && StateEffect.of(requests.get(0)) == effect;
    }

    private Fate fateOfMulti() {
        if (ofOtherUser) {
            return Fate.PASSED;
        }
        if (access.isUnknown()) {
            return Fate.ASKED;
        }
        return access.isGranted() || placedByKeys ? Fate.KEPT : Fate.PASSED;
    }

    private Fate fateOfPart(List<Request> requests, Route route) {
        if (requests.size() > 1) {
            boolean plain = route == Route.SHARED
                    && requests.stream().allMatch(request -> StateEffect.of(request) == StateEffect.NONE);
            return plain ? Fate.KEPT : Fate.SENT_AFTER;
        }
        return switch (StateEffect.of(requests.get(0))) {
            case NONE -> route == Route.SHARED ? Fate.KEPT : Fate.SENT_AFTER;
            case EXEC -> access.isGranted() ? Fate.EXECUTED : Fate.SENT_AFTER;
            case DISCARD -> access.isGranted() ? Fate.DISCARDED : Fate.SENT_AFTER;
            default -> Fate.SENT_AFTER;
        };
    }

    /**
     * Keeps a command, and reserves its bytes.
     *
     * @return why there is no room for it, if there is none
     */
    public Optional<Throwable> keep(PendingCommand command, List<Request> requests) {
        if (count + requests.size() > maxCommands) {
            return Optional.of(failures.transactionFull(command));
        }
        if (state == CollectorState.BROKEN) {
            count += requests.size();
            return Optional.empty();
        }
        if (state == CollectorState.NONE) {
            unsent = Optional.of(command);
            kept.begin();
        }
        if (!kept.add(command, requests)) {
            return Optional.of(failures.tooManyBytes(command));
        }
        kept(requests.size());
        return Optional.empty();
    }

    /**
     * Keeps an ordinary request that would be {@linkplain Fate#KEPT kept}, without making a command of it.
     *
     * @param route that it would take
     * @param size {@linkplain RequestSize#of of the request}
     * @return the answer to it; empty if it is not kept, because it is none of these, or there is no room for it
     */
    public Optional<Response> keepAtOnce(CommandSpec spec, Request request, Route route, long size) {
        boolean begins = spec.special() == SpecialCommand.MULTI;
        if (!(begins ? beginsAtOnce() : isPartAtOnce(spec, request, route)) || count >= maxCommands) {
            return Optional.empty();
        }
        if (begins) {
            kept.begin();
        }
        if (!kept.add(spec, request, size)) {
            return Optional.empty();
        }
        kept(1);
        return begins ? ANSWER_OK : ANSWER_QUEUED;
    }

    private boolean beginsAtOnce() {
        return state == CollectorState.NONE && fateOfMulti() == Fate.KEPT;
    }

    private boolean isPartAtOnce(CommandSpec spec, Request request, Route route) {
        return state == CollectorState.COLLECTING && !access.isRefused() && route == Route.SHARED
                && StateEffect.of(spec, RequestAccess.arguments(request)) == StateEffect.NONE;
    }

    private void kept(int requests) {
        if (state == CollectorState.NONE) {
            become(CollectorState.COLLECTING);
        }
        count += requests;
    }

    /** The answer to each of requests that are kept: that of a server. */
    public Response answerTo(List<Request> requests) {
        return is(StateEffect.MULTI, requests) ? SimpleStringType.OK : QUEUED;
    }

    /** A command has failed that was to be a part of what is kept. @return whether anything is kept */
    public boolean partFailed(Throwable cause) {
        if (state == CollectorState.COLLECTING) {
            become(CollectorState.BROKEN);
            problem = Optional.of(cause);
        }
        return state == CollectorState.BROKEN;
    }

    /** Whether MULTI has been kept or sent, and nothing that ends its transaction. */
    public boolean isOpen() {
        return state != CollectorState.NONE;
    }

    /** Why what is kept must not be executed, if that is so. */
    public Optional<Throwable> problem() {
        return problem;
    }

    /** Whether what is kept is too large to share a connection: servers count all that they have queued of a transaction. */
    public boolean isOversized() {
        return RequestSize.isOversized(kept.bytes());
    }

    /** Whether the transaction of a MULTI that has been kept goes to the server by now, or has done so. */
    public boolean isSent(PendingCommand multi) {
        return unsent.filter(multi::equals).isEmpty();
    }

    /** The requests by which the place of what is kept is found. @param next those that come now */
    public List<Request> placing(List<Request> next) {
        return kept.placing(next);
    }

    /** What was kept, with its end: one command, which completes {@code exec}. Its bytes are not counted. */
    public PendingCommand executedBy(PendingCommand exec) {
        PendingCommand all = withEnd(exec);
        end();
        return all;
    }

    /** The same, with its bytes counted; those of {@code exec} have been reserved. */
    public PendingCommand countedAndExecutedBy(PendingCommand exec) {
        PendingCommand all = withEnd(exec);
        kept.handOver(exec.bytes(), all);
        end();
        return all;
    }

    private PendingCommand withEnd(PendingCommand exec) {
        unsent = Optional.empty();
        List<CommandSpec> queued = kept.specs();
        return kept.executed(exec.part(0), new BlockCommand.Results() {
            @Override
            public void replied(List<Object> replies) {
                QueueingErrors errors = new QueueingErrors();
                errors.add(queued, replies);
                errors.ofMulti().ifPresent(access::refused);
                errors.answer(exec, replies.get(queued.size()));
            }

            @Override
            public void failed(Throwable cause) {
                exec.fail(cause);
            }
        });
    }

    /**
     * What was kept, without its end, or only its MULTI if none of it is to be executed: one command, whose bytes are counted.
     * What comes now is for the server.
     *
     * @param report told of the end of the command
     * @param next what comes behind it
     */
    public PendingCommand sentSoFar(CommandReport report, List<Request> next) {
        boolean inVain = state == CollectorState.BROKEN || is(StateEffect.DISCARD, next);
        List<CommandSpec> queued = inVain ? kept.specs().subList(0, 1) : kept.specs();
        QueueingErrors errors = new QueueingErrors();
        PendingCommand all = kept.begun(queued.size(), new BlockCommand.Results() {
            @Override
            public void replied(List<Object> replies) {
                errors.add(queued, replies);
                report.succeeded(replies);
            }

            @Override
            public void failed(Throwable cause) {
                report.failed(cause);
            }
        });
        kept.handOver(0, all);
        become(CollectorState.ON_SERVER);
        unsent = Optional.empty();
        end();
        untold = Optional.of(errors);
        return all;
    }

    /**
     * Requests are sent on a connection of its own, behind what has been sent of a transaction.
     *
     * @return the command, or one that completes it
     */
    public PendingCommand sent(PendingCommand command, List<Request> requests) {
        Optional<QueueingErrors> errors = untold;
        requests.forEach(request -> follow(StateEffect.of(request)));
        ofOtherUser |= Answering.changesUser(requests);
        if (errors.isEmpty() || !is(StateEffect.EXEC, requests)) {
            return command;
        }
        return KeptCommands.end(command.part(0), new BlockCommand.Results() {
            @Override
            public void replied(List<Object> replies) {
                errors.get().answer(command, replies.get(0));
            }

            @Override
            public void failed(Throwable cause) {
                command.fail(cause);
            }
        });
    }

    private void follow(StateEffect effect) {
        if (effect.endsTransaction()) {
            endOnServer();
        } else if (state == CollectorState.NONE && effect == StateEffect.MULTI) {
            become(CollectorState.ON_SERVER);
        }
    }

    /** Forgets what is kept. */
    public void end() {
        kept.forget();
        count = 0;
        problem = Optional.empty();
        if (state == CollectorState.COLLECTING || state == CollectorState.BROKEN) {
            become(CollectorState.NONE);
        }
    }

    /** The connection that a transaction was on is not used any more. */
    public void left() {
        ofOtherUser = false;
        endOnServer();
    }

    private void endOnServer() {
        untold = Optional.empty();
        if (state == CollectorState.ON_SERVER) {
            become(CollectorState.NONE);
        }
    }

    private void become(CollectorState next) {
        if (!state.canBecome(next)) {
            throw new IllegalStateException("A transaction that is collected cannot go from " + state + " to " + next);
        }
        state = next;
    }
}
