package io.quarkiverse.redis.multiplexer.nativeimage;

import java.io.IOException;
import java.time.Duration;
import java.util.UUID;

/** The showcase's chat, with two who listen. */
final class ChatRoom implements AutoCloseable {

    private static final String WELCOME = "You are in the room";
    /** For what is said while nobody may hear it. */
    private static final Duration ON_ITS_WAY = Duration.ofMillis(200);

    private final RunningApplication application;
    private final Duration patience;
    private final EventStream ada;
    private final EventStream grace;

    /** @throws Failed if one of the two does not get in */
    ChatRoom(RunningApplication application, Duration patience) throws InterruptedException {
        this.application = application;
        this.patience = patience;
        this.ada = new EventStream(application.http(), "/chat");
        this.grace = new EventStream(application.http(), "/chat");
        try {
            awaitBoth("the chat to let two in", WELCOME, patience);
        } catch (Failed | InterruptedException e) {
            close();
            throw e;
        }
    }

    private void awaitBoth(String what, String text, Duration howLong) throws InterruptedException {
        Waiting.until(what, howLong, () -> Math.min(ada.count(text), grace.count(text)), heard -> heard >= 1);
    }

    /** @return what was said, which is said only once */
    String say() throws IOException, InterruptedException {
        String text = UUID.randomUUID().toString();
        Http.Answer answer = application.http().post("/chat", "{\"from\":\"somebody\",\"text\":\"" + text + "\"}");
        Failed.unless(answer.status() == 200, "to a message in the chat the answer is " + answer);
        return text;
    }

    /** @throws Failed if not both hear it, each once */
    void assertHeard(String text) throws InterruptedException {
        awaitBoth("both to hear a message", text, patience);
        Failed.unless(ada.count(text) == 1 && grace.count(text) == 1,
                "a message is heard " + ada.count(text) + " and " + grace.count(text) + " times");
    }

    /** Says something until it is heard: what is said until subscriptions are restored is lost, as always with Pub/Sub. */
    void awaitHearing() throws InterruptedException {
        Waiting.until("the chat to go on", patience, () -> {
            String text = say();
            awaitBoth("both to hear it", text, ON_ITS_WAY);
            return Math.min(ada.count(text), grace.count(text));
        }, heard -> heard == 1);
    }

    @Override
    public void close() {
        ada.close();
        grace.close();
    }
}
