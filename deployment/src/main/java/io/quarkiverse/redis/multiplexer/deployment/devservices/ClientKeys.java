package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.util.List;
import java.util.Optional;

import io.quarkiverse.redis.multiplexer.runtime.ClientRegistry;

/** How the configuration keys of one client are spelled, and what messages call it. */
record ClientKeys(String name) {

    private static final String STOCK = "quarkus.redis.";
    private static final String OURS = "quarkus.redis-multiplexer.";

    static final ClientKeys DEFAULT = new ClientKeys(ClientRegistry.DEFAULT_CLIENT);

    /** Whose key of quarkus-redis-client that is, if it is the one that ends with the attribute. */
    static Optional<ClientKeys> ofStock(String key, String attribute) {
        if (!key.startsWith(STOCK) || !key.endsWith(attribute)) {
            return Optional.empty();
        }
        String name = key.substring(STOCK.length(), key.length() - attribute.length());
        if (name.isEmpty()) {
            return Optional.of(DEFAULT);
        }
        // Mappings look up what a client that is not configured has as that of the client "*".
        if (!name.endsWith(".") || name.equals(".") || name.equals("*.")) {
            return Optional.empty();
        }
        return Optional.of(new ClientKeys(unquote(name.substring(0, name.length() - 1))));
    }

    /** A key of quarkus-redis-client. A configured value may be found under any of these spellings, and under one only. */
    List<String> stock(String attribute) {
        return spellings(STOCK, attribute);
    }

    /** A key of this extension. */
    List<String> ours(String attribute) {
        return spellings(OURS, attribute);
    }

    /** The usual spelling of a key of quarkus-redis-client. */
    String stockKey(String attribute) {
        return usual(stock(attribute));
    }

    /** The usual spelling of a key of this extension. */
    String ourKey(String attribute) {
        return usual(ours(attribute));
    }

    /** What messages call the client. */
    String label() {
        return isDefault() ? "the default Redis client" : "the Redis client \"" + name + '"';
    }

    boolean isDefault() {
        return name.equals(ClientRegistry.DEFAULT_CLIENT);
    }

    private List<String> spellings(String prefix, String attribute) {
        return isDefault() ? List.of(prefix + attribute)
                : List.of(prefix + name + '.' + attribute, prefix + '"' + name + "\"." + attribute);
    }

    private String usual(List<String> spellings) {
        return spellings.get(name.contains(".") ? spellings.size() - 1 : 0);
    }

    private static String unquote(String name) {
        boolean quoted = name.length() > 2 && name.startsWith("\"") && name.endsWith("\"");
        return quoted ? name.substring(1, name.length() - 1) : name;
    }
}
