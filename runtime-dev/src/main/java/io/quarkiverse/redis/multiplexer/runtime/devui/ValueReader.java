package io.quarkiverse.redis.multiplexer.runtime.devui;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;

/** How to look at the beginning of a value, without asking for all of it: it may be huge. By type. */
enum ValueReader {

    STRING(Command.STRLEN, List.of("Value"), Command.GETRANGE, request -> request.arg(0).arg(ByteText.BEGINNING - 1),
            value -> List.of(List.of(text(value)))),
    LIST(Command.LLEN, List.of("Element"), Command.LRANGE, request -> request.arg(0).arg(Limit.ELEMENTS - 1),
            elements -> rows(elements, 1)),
    SET(Command.SCARD, List.of("Member"), Command.SSCAN, request -> request.arg(0).arg("COUNT").arg(Limit.ELEMENTS),
            scan -> rows(scan.get(1), 1)),
    ZSET(Command.ZCARD, List.of("Member", "Score"), Command.ZRANGE,
            request -> request.arg(0).arg(Limit.ELEMENTS - 1).arg("WITHSCORES"), pairs -> rows(pairs, 2)),
    HASH(Command.HLEN, List.of("Field", "Value"), Command.HSCAN, request -> request.arg(0).arg("COUNT").arg(Limit.ELEMENTS),
            scan -> rows(scan.get(1), 2)),
    STREAM(Command.XLEN, List.of("Id", "Fields"), Command.XRANGE,
            request -> request.arg("-").arg("+").arg("COUNT").arg(Limit.ELEMENTS), ValueReader::entries);

    /** Apart, as an enum's constants are made before its other statics. */
    private static final class Limit {
        static final int ELEMENTS = 100;
    }

    private final Command length;
    private final List<String> columns;
    private final Command content;
    private final UnaryOperator<Request> arguments;
    private final Function<Response, List<List<String>>> rows;

    ValueReader(Command length, List<String> columns, Command content, UnaryOperator<Request> arguments,
            Function<Response, List<List<String>>> rows) {
        this.length = length;
        this.columns = columns;
        this.content = content;
        this.arguments = arguments;
        this.rows = rows;
    }

    /** @throws IllegalArgumentException if there is none for this type; {@code none} is what a key that is gone has */
    static ValueReader ofType(String type) {
        if (type.equals("none")) {
            throw new IllegalArgumentException("The key is gone: it was deleted, or has expired");
        }
        for (ValueReader reader : values()) {
            if (reader.type().equals(type)) {
                return reader;
            }
        }
        throw new IllegalArgumentException("Values of type " + type + " cannot be shown here: use the console");
    }

    Future<KeyValue> read(Redis redis, Buffer key) {
        return redis.send(Request.cmd(length).arg(key))
                .compose(total -> redis.send(arguments.apply(Request.cmd(content).arg(key)))
                        .map(reply -> new KeyValue(type(), total.toLong(), columns, rows.apply(reply))));
    }

    private String type() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Elements, so many to a row; they may also be in arrays of a row each, as RESP3 has members with their scores. */
    private static List<List<String>> rows(Response elements, int columns) {
        List<List<String>> rows = new ArrayList<>();
        List<String> row = new ArrayList<>();
        for (Response element : elements) {
            if (element.type() == ResponseType.MULTI) {
                rows.add(element.stream().map(ValueReader::text).toList());
            } else {
                row.add(text(element));
                if (row.size() == columns) {
                    rows.add(row);
                    row = new ArrayList<>();
                }
            }
        }
        return rows;
    }

    private static List<List<String>> entries(Response entries) {
        return entries.stream().map(entry -> List.of(entry.get(0).toString(),
                String.join(", ", rows(entry.get(1), 2).stream().map(pair -> String.join("=", pair)).toList()))).toList();
    }

    /** The beginning of a text: an element may be as long as a whole value. */
    private static String text(Response value) {
        return value.type() == ResponseType.BULK ? ByteText.beginning(value.toBytes()) : value.toString();
    }
}
