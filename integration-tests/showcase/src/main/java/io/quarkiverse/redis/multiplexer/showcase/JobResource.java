package io.quarkiverse.redis.multiplexer.showcase;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;

import io.vertx.core.Future;
import io.vertx.core.json.Json;
import io.vertx.redis.client.RedisAPI;
import io.vertx.redis.client.Response;

/** The front of the {@link JobWorker}: the bare Vert.x API on event loops. */
@Path("/jobs")
public class JobResource {

    private static final String SHOWN = "9";

    private final RedisAPI redis;

    /** @param thread of the worker */
    public record Job(long number, List<Long> factors, String thread) {
    }

    /**
     * @param waiting how many numbers nobody has taken yet
     * @param done the latest, newest first
     */
    public record Jobs(long waiting, List<Job> done, Served served) {
    }

    JobResource(RedisAPI redis) {
        this.redis = redis;
    }

    @POST
    public CompletionStage<Jobs> add(List<Long> numbers) {
        if (numbers == null || numbers.isEmpty()) {
            throw Problem.badRequest("there must be at least one number");
        }
        List<String> arguments = new ArrayList<>();
        arguments.add(JobWorker.QUEUE);
        for (Long number : numbers) {
            if (number == null || number < PrimeFactors.SMALLEST || number > PrimeFactors.LARGEST) {
                throw Problem.badRequest(number + " is not between " + PrimeFactors.SMALLEST + " and "
                        + PrimeFactors.LARGEST);
            }
            arguments.add(number.toString());
        }
        return redis.rpush(arguments).compose(length -> jobs()).toCompletionStage();
    }

    @GET
    public CompletionStage<Jobs> list() {
        return jobs().toCompletionStage();
    }

    private Future<Jobs> jobs() {
        Future<Response> waiting = redis.llen(JobWorker.QUEUE);
        Future<Response> done = redis.lrange(JobWorker.DONE, "0", SHOWN);
        return Future.all(waiting, done).map(both -> new Jobs(waiting.result().toLong(),
                done.result().stream().map(record -> Json.decodeValue(record.toString(), Job.class)).toList(),
                Served.by("RedisAPI")));
    }
}
