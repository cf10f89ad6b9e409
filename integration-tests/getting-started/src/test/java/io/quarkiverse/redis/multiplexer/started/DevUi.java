package io.quarkiverse.redis.multiplexer.started;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Asks the Dev UI as its pages do: JSON-RPC over a web socket. */
final class DevUi implements WebSocket.Listener {

    private static final int TIMEOUT_SECONDS = 60;

    private final StringBuilder text = new StringBuilder();
    private final CompletableFuture<String> answer = new CompletableFuture<>();

    private DevUi() {
    }

    /** @return the answer of a method without parameters, as JSON */
    static String ask(int port, String method) throws Exception {
        DevUi listener = new DevUi();
        WebSocket socket = HttpClient.newHttpClient().newWebSocketBuilder()
                .buildAsync(URI.create("ws://localhost:" + port + "/q/dev-ui/json-rpc-ws"), listener)
                .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        try {
            socket.sendText("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":{}}", true);
            return listener.answer.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } finally {
            socket.abort();
        }
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
        text.append(data);
        if (last) {
            answer.complete(text.toString());
        }
        socket.request(1);
        return null;
    }
}
