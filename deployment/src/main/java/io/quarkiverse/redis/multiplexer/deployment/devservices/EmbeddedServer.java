package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.util.Map;

/**
 * What there is to be told about an embedded server. It has no passwords.
 *
 * @param client the name of the client that it is for
 * @param binary what runs, with its version and its path
 * @param url what the client connects to
 * @param configuration the keys that made it what it is, with their values
 */
public record EmbeddedServer(String client, String binary, int port, String url, Map<String, String> configuration) {
}
