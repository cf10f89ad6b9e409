package io.quarkiverse.redis.multiplexer.nativeimage;

/** Published messages reach everybody who listens. */
final class Chat implements Check {

    private static final int MESSAGES = 20;

    @Override
    public String name() {
        return "chat";
    }

    @Override
    public String run(Ground ground) throws Exception {
        try (ChatRoom room = new ChatRoom(ground.application(), ground.scale().patience())) {
            for (int i = 0; i < MESSAGES; i++) {
                room.assertHeard(room.say());
            }
        }
        return MESSAGES + " messages heard by both";
    }
}
