package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The version of a server, such as 7.0.15. What is left out counts as 0: 7 and 7.0.0 compare as equal. */
record ServerVersion(List<Integer> parts) implements Comparable<ServerVersion> {

    private static final Pattern FORMAT = Pattern.compile("\\d{1,9}(\\.\\d{1,9})*");

    /** @throws IllegalArgumentException if that is not numbers with dots between them */
    static ServerVersion parse(String text) {
        if (!FORMAT.matcher(text).matches()) {
            throw new IllegalArgumentException('"' + text + "\" is not a version such as 7.0");
        }
        return new ServerVersion(Arrays.stream(text.split("\\.")).map(Integer::valueOf).toList());
    }

    boolean isAtLeast(ServerVersion other) {
        return compareTo(other) >= 0;
    }

    @Override
    public int compareTo(ServerVersion other) {
        for (int i = 0; i < Math.max(parts.size(), other.parts.size()); i++) {
            int order = Integer.compare(part(i), other.part(i));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    private int part(int index) {
        return index < parts.size() ? parts.get(index) : 0;
    }

    @Override
    public String toString() {
        return parts.stream().map(String::valueOf).collect(Collectors.joining("."));
    }
}
