package io.quarkiverse.redis.multiplexer.faults;

/**
 * What a caller sets its key to. Its text says whose it is and how many the caller had set before, and can be told from one of
 * which a part is missing, or another's.
 *
 * @param size of what makes it large
 */
record Value(String key, long number, int size) {

    private static final String SEPARATOR = "=";
    private static final String FILLER = "x";

    String text() {
        return key + SEPARATOR + number + SEPARATOR + size + SEPARATOR + FILLER.repeat(size);
    }

    /** @return {@code null} if that is not the text of a value of that key */
    static Value of(String key, String text) {
        String[] parts = text.split(SEPARATOR, 4);
        if (parts.length < 4 || !parts[0].equals(key) || !parts[1].matches("\\d+") || !parts[2].matches("\\d+")) {
            return null;
        }
        Value value = new Value(key, Long.parseLong(parts[1]), Integer.parseInt(parts[2]));
        return value.text().equals(text) ? value : null;
    }
}
