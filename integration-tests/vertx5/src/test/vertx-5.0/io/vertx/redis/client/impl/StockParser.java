package io.vertx.redis.client.impl;

/** The parser of vertx-redis-client, with the nesting that it allows by default. */
final class StockParser {

    private static final int MAX_NESTING = 32;

    private StockParser() {
    }

    static RESPParser of(ParserHandler handler) {
        return new RESPParser(handler, MAX_NESTING);
    }
}
