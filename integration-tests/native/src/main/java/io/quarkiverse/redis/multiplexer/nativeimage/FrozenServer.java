package io.quarkiverse.redis.multiplexer.nativeimage;

/** The server stops answering without a word, under traffic; nobody waits for ever, and all goes on when it does. */
final class FrozenServer implements Check {

    @Override
    public String name() {
        return "frozen server";
    }

    @Override
    public String run(Ground ground) throws Exception {
        try (Traffic traffic = new Traffic(ground.application().http())) {
            Waiting.until("requests to be answered", ground.scale().patience(), traffic::answered, answered -> answered > 20);
            ground.server().freeze();
            try {
                Waiting.until("requests to be told that the server does not answer", ground.scale().patience(),
                        traffic::refused,
                        refused -> refused > 0);
            } finally {
                ground.server().thaw();
            }
            long before = traffic.answered();
            Waiting.until("requests to be answered again", ground.scale().patience(), traffic::answered,
                    answered -> answered > before + 20);
            traffic.stop();
            return traffic.answered() + " requests answered, " + traffic.refused() + " told that the server did not";
        }
    }
}
