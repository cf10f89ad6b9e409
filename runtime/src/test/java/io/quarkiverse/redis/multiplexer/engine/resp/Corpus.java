package io.quarkiverse.redis.multiplexer.engine.resp;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Valid RESP, one char per byte. */
final class Corpus {

    /** What the stock parser reads as we do. */
    static final List<String> AS_STOCK = List.of(
            "+OK\r\n", "+PONG\r\n", "+\r\n", "+a longer line, with spaces\r\n", "+QUEUED\r\n",
            "-ERR unknown command\r\n", "-WRONGTYPE Operation against a key\r\n", "-MOVED 3999 127.0.0.1:6381\r\n",
            ":0\r\n", ":1\r\n", ":+7\r\n", ":-1\r\n", ":12345678\r\n", ":123456789\r\n", ":-12345678\r\n",
            ":9223372036854775807\r\n", ":-9223372036854775808\r\n",
            "$0\r\n\r\n", "$3\r\nfoo\r\n", "$-1\r\n", "$2\r\n\r\n\r\n", "$5\r\n\u0000\u00ff\r\n$\r\n", "$2\r\n42\r\n",
            "$1\r\nt\r\n", "$10\r\n0123456789\r\n", "$6\r\n\u00c3\u00bcber\u00ff\r\n",
            "*0\r\n", "*-1\r\n", "*1\r\n:1\r\n", "*2\r\n$3\r\nfoo\r\n$-1\r\n", "*2\r\n*2\r\n:1\r\n:2\r\n*0\r\n",
            "*3\r\n*-1\r\n-ERR in a transaction\r\n+OK\r\n", "*1\r\n*1\r\n*1\r\n*1\r\n+deep\r\n",
            "%0\r\n", "%1\r\n$3\r\nkey\r\n:5\r\n", "%2\r\n+first\r\n:1\r\n$6\r\nsecond\r\n*2\r\n:2\r\n_\r\n",
            "%2\r\n+same\r\n:1\r\n+same\r\n:2\r\n", "%1\r\n+outer\r\n%1\r\n+inner\r\n~1\r\n+x\r\n",
            "~0\r\n", "~3\r\n+a\r\n:1\r\n#t\r\n",
            ">2\r\n$10\r\ninvalidate\r\n*1\r\n$3\r\nkey\r\n", ">3\r\n+message\r\n+channel\r\n$2\r\nhi\r\n",
            ",1.5\r\n", ",10\r\n", ",-0.25\r\n", ",1e+30\r\n", ",4.9406564584124654e-324\r\n", ",inf\r\n", ",-inf\r\n",
            ",nan\r\n", ",-nan\r\n",
            "#t\r\n", "#f\r\n", "_\r\n",
            "=7\r\ntxt:foo\r\n", "=4\r\nmkd:\r\n", "*2\r\n=6\r\ntxt:ab\r\n#f\r\n");

    /** What the stock parser does not read: it drops blob errors and misreads big numbers, and its attributes are replies. */
    static final List<String> BEYOND_STOCK = List.of(
            "(0\r\n", "(-3492890328409238509324850943850943825024385\r\n", "(+5\r\n",
            "!21\r\nSYNTAX invalid syntax\r\n", "!0\r\n\r\n", "*2\r\n!5\r\nERR x\r\n:1\r\n",
            "|1\r\n+ttl\r\n:3600\r\n:42\r\n", "|0\r\n+OK\r\n", "*2\r\n:1\r\n|1\r\n+ttl\r\n*2\r\n:1\r\n:2\r\n:2\r\n",
            "|1\r\n|1\r\n+a\r\n+b\r\n+key\r\n%1\r\n+k\r\n+v\r\n$2\r\nhi\r\n", "|1\r\n+a\r\n+b\r\n>2\r\n+message\r\n+x\r\n",
            ">0\r\n:1\r\n", ">-1\r\n:1\r\n", "|-1\r\n:1\r\n", "=-1\r\n", "!-1\r\n", "%-1\r\n", "~-1\r\n",
            "*2\r\n~-1\r\n=-1\r\n",
            "|2\r\n#x\r\n" + "*1\r\n".repeat(40) + "_\r\n,x\r\n=1\r\nx\r\n:42\r\n",
            ",NAN\r\n", ",nan(ind)\r\n", ",+inf\r\n", ",-INFINITY\r\n",
            "%2\r\n:1\r\n+number\r\n_\r\n+null\r\n", "%2\r\n#t\r\n+boolean\r\n*2\r\n:1\r\n:2\r\n+array\r\n");

    private Corpus() {
    }

    /** Of every type. */
    static List<String> all() {
        List<String> all = new ArrayList<>(AS_STOCK);
        all.addAll(BEYOND_STOCK);
        return all;
    }

    /** Around the sizes where the decoder does things differently. */
    static List<String> large() {
        return List.of(arrayOf(Aggregate.PREALLOCATED), arrayOf(Aggregate.PREALLOCATED + 1),
                mapOf(Aggregate.PREALLOCATED / 2 + 1), "$1500\r\n" + "x".repeat(1500) + "\r\n",
                "+" + "y".repeat(1500) + "\r\n");
    }

    static String arrayOf(int size) {
        StringBuilder wire = new StringBuilder("*" + size + "\r\n");
        IntStream.range(0, size).forEach(i -> wire.append(':').append(i).append("\r\n"));
        return wire.toString();
    }

    static String mapOf(int size) {
        StringBuilder wire = new StringBuilder("%" + size + "\r\n");
        IntStream.range(0, size).forEach(i -> wire.append("+key").append(i).append("\r\n:").append(i).append("\r\n"));
        return wire.toString();
    }
}
