package io.quarkiverse.redis.multiplexer.runtime.devui;

import java.util.List;

/**
 * The beginning of a value, as a table.
 *
 * @param length of the value: its bytes, elements, fields or entries
 * @param columns what they are called
 * @param rows each as long as there are columns
 */
public record KeyValue(String type, long length, List<String> columns, List<List<String>> rows) {
}
