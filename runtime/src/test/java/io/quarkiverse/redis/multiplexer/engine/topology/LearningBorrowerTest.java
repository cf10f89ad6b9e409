package io.quarkiverse.redis.multiplexer.engine.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.dedicated.Borrower;
import io.quarkiverse.redis.multiplexer.engine.dedicated.LentConnection;
import io.vertx.core.Future;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import io.vertx.redis.client.impl.types.SimpleStringType;

/** {@link LearningBorrower}: who has the connection decides, and the cluster learns. */
class LearningBorrowerTest {

    private final List<String> told = new ArrayList<>();
    private boolean answer;

    private final Borrower borrower = new Borrower() {
        @Override
        public boolean expectsMessages() {
            return answer;
        }

        @Override
        public void onMessage(Response message) {
            told.add("message " + message);
        }

        @Override
        public boolean takesBack(PendingCommand command, ErrorType error) {
            told.add("refused " + error.getMessage());
            return answer;
        }

        @Override
        public boolean givesUp() {
            return answer;
        }

        @Override
        public void onEnd(Throwable cause) {
            told.add("end " + cause.getMessage());
        }
    };

    private final LearningBorrower learning = new LearningBorrower(borrower, new LoneCommand.Way() {
        @Override
        public Future<LentConnection> lend(List<Request> requests, Borrower unused, long deadline) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<LoneCommand.Way> after(ErrorType error) {
            told.add("learnt " + error.getMessage());
            return Optional.empty();
        }
    });

    @Test
    void theClusterLearnsOfARefusalFirst() {
        assertFalse(learning.takesBack(null, ErrorType.create("MOVED 1 b:2")));
        answer = true;
        assertTrue(learning.takesBack(null, ErrorType.create("MOVED 1 b:3")));
        assertEquals(List.of("learnt MOVED 1 b:2", "refused MOVED 1 b:2", "learnt MOVED 1 b:3", "refused MOVED 1 b:3"), told);
    }

    @Test
    void everythingElseIsTheBorrowersAffair() {
        assertFalse(learning.expectsMessages());
        assertFalse(learning.givesUp());
        answer = true;
        assertTrue(learning.expectsMessages());
        assertTrue(learning.givesUp());
        learning.onMessage(SimpleStringType.OK);
        learning.onEnd(new IllegalStateException("over"));
        assertEquals(List.of("message OK", "end over"), told);
    }
}
