package io.quarkiverse.redis.multiplexer.deployment.devui;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.vertx.core.json.JsonObject;

/** Speaks to the Dev UI as its pages do: JSON-RPC over a web socket. */
final class JsonRpcClient implements AutoCloseable {

    private static final String NAMESPACE = "quarkus-redis-multiplexer_";
    private static final int TIMEOUT_SECONDS = 30;

    private final WebSocket socket;
    private final AtomicInteger lastId = new AtomicInteger();
    private final Map<Integer, BlockingQueue<JsonObject>> answers = new ConcurrentHashMap<>();

    JsonRpcClient(int port) {
        socket = HttpClient.newHttpClient().newWebSocketBuilder()
                .buildAsync(URI.create("ws://localhost:" + port + "/q/dev-ui/json-rpc-ws"), new Listener()).join();
    }

    /** @return what the method returned */
    Object call(String method, Object... parameters) {
        JsonObject answer = next(request(method, parameters));
        if (answer.containsKey("error")) {
            throw new AssertionError(answer.encode());
        }
        return answer.getJsonObject("result").getValue("object");
    }

    /** Calls a method that answers a value or an error. */
    Object value(String method, Object... parameters) {
        JsonObject outcome = (JsonObject) call(method, parameters);
        if (outcome.getString("error") != null) {
            throw new AssertionError(outcome.getString("error"));
        }
        return outcome.getValue("value");
    }

    /** The error of a method that answers a value or an error. */
    String error(String method, Object... parameters) {
        return ((JsonObject) call(method, parameters)).getString("error");
    }

    /** Calls a method that answers many times. */
    Stream subscribe(String method, Object... parameters) {
        return new Stream(request(method, parameters));
    }

    final class Stream implements AutoCloseable {

        private final int id;

        private Stream(int id) {
            this.id = id;
        }

        /** The next answer; that the call was accepted is none. */
        JsonObject next() {
            JsonObject answer;
            do {
                answer = JsonRpcClient.this.next(id);
            } while (answer.containsKey("result") && "Void".equals(answer.getJsonObject("result").getString("messageType")));
            return answer;
        }

        @Override
        public void close() {
            send(id, "unsubscribe", new JsonObject());
        }
    }

    private int request(String method, Object... parameters) {
        JsonObject named = new JsonObject();
        for (int i = 0; i < parameters.length; i += 2) {
            named.put((String) parameters[i], parameters[i + 1]);
        }
        int id = lastId.incrementAndGet();
        answers.put(id, new LinkedBlockingQueue<>());
        send(id, NAMESPACE + method, named);
        return id;
    }

    private void send(int id, String method, JsonObject parameters) {
        socket.sendText(new JsonObject().put("jsonrpc", "2.0").put("id", id).put("method", method).put("params", parameters)
                .encode(), true).join();
    }

    private JsonObject next(int id) {
        try {
            JsonObject answer = answers.get(id).poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            if (answer == null) {
                throw new AssertionError("No answer within " + TIMEOUT_SECONDS + " s");
            }
            return answer;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        socket.abort();
    }

    private final class Listener implements WebSocket.Listener {

        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                JsonObject answer = new JsonObject(text.toString());
                text.setLength(0);
                BlockingQueue<JsonObject> waiting = answers.get(answer.getInteger("id"));
                // All pages are told of live reloads, with no request's number.
                if (waiting != null) {
                    waiting.add(answer);
                }
            }
            webSocket.request(1);
            return CompletableFuture.completedFuture(null);
        }
    }
}
