package io.quarkiverse.redis.multiplexer.engine.resp;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;

/** Responses in words, for comparing what has no {@code equals}. */
final class ResponseText {

    private ResponseText() {
    }

    /** Type, value and structure. */
    static String of(Response response) {
        if (response == null) {
            return "null";
        }
        return switch (response.type()) {
            case SIMPLE -> "simple " + response;
            case ERROR -> "error " + response;
            case BOOLEAN -> "boolean " + response.toBoolean();
            case NUMBER -> response.toNumber().getClass().getSimpleName() + " " + response.toNumber();
            case BULK -> (response.format() == null ? "bulk " : response.format() + " ")
                    + response.toString(StandardCharsets.ISO_8859_1);
            case MULTI, PUSH, ATTRIBUTE -> response.type().name().toLowerCase(Locale.ROOT) + " " + elements(response);
        };
    }

    /** What every method of the response answers that takes no argument, and those of its elements. */
    static String ofEveryAccessor(Response response) {
        if (response == null) {
            return "null";
        }
        Map<String, Object> answers = new TreeMap<>();
        for (Method method : Response.class.getMethods()) {
            boolean comparable = method.getReturnType() != java.util.Iterator.class
                    && !java.util.stream.BaseStream.class.isAssignableFrom(method.getReturnType())
                    && method.getReturnType() != java.util.Spliterator.class;
            if (method.getParameterCount() == 0 && comparable) {
                answers.put(method.getName(), answer(response, method));
            }
        }
        boolean aggregate = response.type() == ResponseType.MULTI || response.type() == ResponseType.PUSH;
        return answers + (aggregate ? elements(response) : "");
    }

    private static Object answer(Response response, Method method) {
        try {
            Object answer = method.invoke(response);
            return answer instanceof byte[] bytes ? Arrays.toString(bytes) : answer;
        } catch (InvocationTargetException e) {
            return e.getCause().getClass();
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    private static String elements(Response response) {
        if (response.isMap()) {
            Map<String, String> byKey = new TreeMap<>();
            response.getKeys().forEach(key -> byKey.put(key, of(response.get(key))));
            return byKey.toString();
        }
        StringBuilder text = new StringBuilder("[");
        for (int i = 0; i < response.size(); i++) {
            text.append(i == 0 ? "" : ", ").append(of(response.get(i)));
        }
        return text.append(']').toString();
    }
}
