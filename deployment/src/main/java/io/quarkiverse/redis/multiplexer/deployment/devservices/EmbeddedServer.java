package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.util.List;
import java.util.Map;

/**
 * What there is to be told about what is embedded for one client. It has no passwords.
 *
 * @param client the name of the client that it is for
 * @param binary what runs, with its version and its path
 * @param ports one for each server
 * @param hosts the addresses that the client connects to
 * @param configuration the keys that made it what it is, with their values
 */
public record EmbeddedServer(String client, String binary, List<Integer> ports, String hosts,
        Map<String, String> configuration) {
}
