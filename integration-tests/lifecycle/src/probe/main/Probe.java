package io.quarkiverse.redis.multiplexer.showcase;

import java.lang.ref.WeakReference;
import java.lang.reflect.Field;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerResponseContext;

import org.jboss.resteasy.reactive.server.ServerResponseFilter;

import io.netty.util.concurrent.AbstractScheduledEventExecutor;
import io.netty.util.concurrent.EventExecutor;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.smallrye.common.annotation.Blocking;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxImpl;
import io.vertx.core.impl.VertxInternal;

/** Tells what is left of earlier starts. Lives in a copy of the showcase, which is driven from outside. */
@ApplicationScoped
@Path("/probe")
public class Probe {

    private static final String STARTS = "lifecycle.starts";

    private static volatile boolean stopped;

    @Inject
    Vertx vertx;

    public record State(String version, long pid, int timers, Map<String, Integer> threads, int oldClassLoaders) {
    }

    /** Changed by every reload. */
    static String version() {
        return "version-0";
    }

    void onStop(@Observes ShutdownEvent event) {
        stopped = true;
    }

    /**
     * Of the requests that wait for a live reload, dev mode passes all but one on to the routes of the application that it has
     * stopped. There they would put beans of the old class loader into the new container, and every later request to these
     * would fail of a ClassCastException, with and without Redis. (Requests are not kept out of what a live reload does:
     * https://github.com/quarkusio/quarkus/issues/11226)
     */
    void turnAwayLateRequests(@Observes Filters filters) {
        filters.register(request -> {
            if (stopped) {
                request.response().setStatusCode(503).end("overtaken by a live reload");
            } else {
                request.next();
            }
        }, Integer.MAX_VALUE);
    }

    void onStart(@Observes StartupEvent event) {
        starts().add(new WeakReference<>(Probe.class.getClassLoader()));
    }

    /** So that one can see which start has answered. */
    @ServerResponseFilter
    public void tellVersion(ContainerResponseContext response) {
        response.getHeaders().putSingle("X-Version", version());
    }

    @GET
    @Path("version")
    public String theVersion() {
        return version();
    }

    @GET
    @Blocking
    public State state() throws ReflectiveOperationException, InterruptedException {
        return new State(version(), ProcessHandle.current().pid(), timers(), threads(), oldClassLoaders());
    }

    /** The class loaders of starts that have ended and that somebody still refers to. */
    private static int oldClassLoaders() {
        return (int) starts().stream().map(WeakReference::get)
                .filter(loader -> loader != null && loader != Probe.class.getClassLoader()).count();
    }

    /** In a place that outlives every start. */
    @SuppressWarnings("unchecked")
    private static List<WeakReference<ClassLoader>> starts() {
        return (List<WeakReference<ClassLoader>>) System.getProperties().computeIfAbsent(STARTS,
                key -> new CopyOnWriteArrayList<>());
    }

    /** By name, without the number. */
    private static Map<String, Integer> threads() {
        Map<String, Integer> threads = new TreeMap<>();
        Thread.getAllStackTraces().keySet()
                .forEach(thread -> threads.merge(thread.getName().replaceAll("\\d+", "N"), 1, Integer::sum));
        return threads;
    }

    /** Those of Vert.x, and those of its event loops. */
    private int timers() throws ReflectiveOperationException, InterruptedException {
        Field timeouts = VertxImpl.class.getDeclaredField("timeouts");
        timeouts.setAccessible(true);
        int timers = ((Map<?, ?>) timeouts.get(vertx)).size();
        Field queue = AbstractScheduledEventExecutor.class.getDeclaredField("scheduledTaskQueue");
        queue.setAccessible(true);
        for (EventExecutor loop : ((VertxInternal) vertx).getEventLoopGroup()) {
            timers += loop.submit(() -> {
                Queue<?> tasks = (Queue<?>) queue.get(loop);
                return tasks == null ? 0 : tasks.size();
            }).sync().getNow();
        }
        return timers;
    }
}
