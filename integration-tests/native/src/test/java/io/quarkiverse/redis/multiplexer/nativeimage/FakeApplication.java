package io.quarkiverse.redis.multiplexer.nativeimage;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * An executable that answers everything with status 200 and an empty JSON object, whatever it is asked for and whatever
 * becomes of Redis: it starts well, and can do nothing.
 */
final class FakeApplication {

    private FakeApplication() {
    }

    public static void main(String... arguments) throws IOException {
        HttpServer server = HttpServer.create(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.getInteger("quarkus.http.port")), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", FakeApplication::answer);
        server.start();
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = "{}".getBytes(StandardCharsets.US_ASCII);
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        }
    }
}
