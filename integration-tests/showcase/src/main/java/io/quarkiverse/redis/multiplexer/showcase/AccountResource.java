package io.quarkiverse.redis.multiplexer.showcase;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response.Status;

import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.redis.datasource.transactions.OptimisticLockingTransactionResult;
import io.quarkus.redis.datasource.transactions.TransactionalRedisDataSource;
import io.quarkus.redis.datasource.value.TransactionalValueCommands;
import io.quarkus.virtual.threads.VirtualThreads;
import io.smallrye.mutiny.Uni;

/**
 * Moves money between accounts with optimistic locks, WATCH and MULTI and EXEC: blocking calls on virtual threads. A
 * transfer that another one has overtaken is tried again.
 * <p>
 * Not with {@code @RunOnVirtualThread}, which Java 17 can't build: there, the executor has workers in the place of virtual
 * threads.
 */
@Path("/accounts")
public class AccountResource {

    private static final List<String> OWNERS = List.of("Ada", "Grace", "Linus");
    private static final long OPENING_BALANCE = 1000;
    private static final int MAX_ATTEMPTS = 200;

    private final RedisDataSource redis;
    private final ExecutorService virtualThreads;

    public record Accounts(Map<String, Long> balances, long total, Served served) {
    }

    public record Transfer(String from, String to, long amount) {
    }

    /** @param attempts 1 if nobody else got in between */
    public record Receipt(Transfer transfer, int attempts, Accounts accounts) {
    }

    private record Balances(long from, long to) {
    }

    AccountResource(RedisDataSource redis, @VirtualThreads ExecutorService virtualThreads) {
        this.redis = redis;
        this.virtualThreads = virtualThreads;
    }

    @GET
    public Uni<Accounts> list() {
        return Uni.createFrom().item(this::accounts).runSubscriptionOn(virtualThreads);
    }

    @POST
    @Path("/transfers")
    public Uni<Receipt> transfer(Transfer transfer) {
        check(transfer);
        return Uni.createFrom().item(() -> move(transfer)).runSubscriptionOn(virtualThreads);
    }

    private Accounts accounts() {
        Map<String, Long> balances = new LinkedHashMap<>();
        Map<String, Long> stored = redis.value(Long.class)
                .mget(OWNERS.stream().map(AccountResource::key).toArray(String[]::new));
        OWNERS.forEach(owner -> balances.put(owner, balance(stored.get(key(owner)))));
        long total = balances.values().stream().mapToLong(Long::longValue).sum();
        return new Accounts(balances, total, Served.by(RedisDataSource.class));
    }

    private Receipt move(Transfer transfer) {
        String from = key(transfer.from);
        String to = key(transfer.to);
        for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
            OptimisticLockingTransactionResult<Balances> result = redis.withTransaction(
                    watching -> read(watching, from, to),
                    (balances, transaction) -> write(transaction, transfer.amount, balances, from, to),
                    from, to);
            if (result.getPreTransactionResult().from < transfer.amount) {
                throw Problem.of(Status.CONFLICT, transfer.from + " has only " + result.getPreTransactionResult().from);
            }
            if (!result.discarded()) {
                return new Receipt(transfer, attempt, accounts());
            }
        }
        throw Problem.of(Status.SERVICE_UNAVAILABLE, "Overtaken " + MAX_ATTEMPTS + " times");
    }

    private static void check(Transfer transfer) {
        if (!OWNERS.contains(transfer.from) || !OWNERS.contains(transfer.to) || transfer.from.equals(transfer.to)) {
            throw Problem.badRequest("from and to must be two of " + OWNERS);
        }
        if (transfer.amount < 1) {
            throw Problem.badRequest("amount is " + transfer.amount + ", but must be at least 1");
        }
    }

    private static Balances read(RedisDataSource watching, String from, String to) {
        Map<String, Long> stored = watching.value(Long.class).mget(from, to);
        return new Balances(balance(stored.get(from)), balance(stored.get(to)));
    }

    private static void write(TransactionalRedisDataSource transaction, long amount, Balances before, String from, String to) {
        if (before.from < amount) {
            transaction.discard();
            return;
        }
        TransactionalValueCommands<String, Long> accounts = transaction.value(Long.class);
        accounts.set(from, before.from - amount);
        accounts.set(to, before.to + amount);
    }

    private static long balance(Long stored) {
        return stored == null ? OPENING_BALANCE : stored;
    }

    private static String key(String owner) {
        // In braces is what the slot of a key in a cluster depends on: a transaction needs all of its keys on one server.
        return "showcase:{account}:" + owner;
    }
}
