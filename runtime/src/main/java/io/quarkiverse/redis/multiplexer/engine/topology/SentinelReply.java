package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

import io.quarkiverse.redis.multiplexer.engine.settings.Printable;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.Response;

/** Reads what <a href="https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/">sentinels</a> answer. */
final class SentinelReply {

    private static final List<String> NOT_USABLE = List.of("s_down", "o_down", "disconnected");

    private SentinelReply() {
    }

    /**
     * The address of the primary.
     *
     * @return empty if the sentinel does not know its name
     * @throws IllegalArgumentException if that is no such answer
     */
    static Optional<SocketAddress> primary(Response reply) {
        if (reply == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(SocketAddress.inetSocketAddress(reply.get(1).toInteger(), reply.get(0).toString()));
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("it has answered in a form that is not known", e);
        }
    }

    /** The number of the latest failover that it knows of; empty if it does not say that. */
    static OptionalLong configEpoch(Response master) {
        String epoch = text(master, "config-epoch");
        return epoch.matches("[0-9]{1,18}") ? OptionalLong.of(Long.parseLong(epoch)) : OptionalLong.empty();
    }

    /** The names of the primaries that a sentinel watches. */
    static List<String> names(Response masters) {
        List<String> names = new ArrayList<>();
        masters.forEach(master -> names.add(Printable.text(text(master, "name"))));
        return names;
    }

    /** The addresses of those that are told, in their order. */
    static List<SocketAddress> addresses(Response instances) {
        List<SocketAddress> addresses = new ArrayList<>();
        instances.forEach(instance -> address(instance).ifPresent(addresses::add));
        return addresses;
    }

    /** The addresses of replicas that the sentinel reaches, and that reach their primary. */
    static List<SocketAddress> usableReplicas(Response instances) {
        List<SocketAddress> addresses = new ArrayList<>();
        instances.forEach(replica -> {
            List<String> flags = Arrays.asList(text(replica, "flags").split(","));
            if (flags.stream().noneMatch(NOT_USABLE::contains) && text(replica, "master-link-status").equals("ok")) {
                address(replica).ifPresent(addresses::add);
            }
        });
        return addresses;
    }

    private static Optional<SocketAddress> address(Response instance) {
        return address(text(instance, "ip"), text(instance, "port"));
    }

    /** Empty if nobody can be connected to there. */
    static Optional<SocketAddress> address(String host, String port) {
        return host.isEmpty() || !port.matches("[1-9][0-9]{0,4}") || Integer.parseInt(port) > 65535 ? Optional.empty()
                : Optional.of(SocketAddress.inetSocketAddress(Integer.parseInt(port), host));
    }

    private static String text(Response fields, String name) {
        Response value = fields.get(name);
        return value == null ? "" : value.toString();
    }
}
