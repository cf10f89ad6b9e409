package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.vertx.redis.client.impl.types.ErrorType;

/** {@link ServerError}: what servers were seen to say, and what it means. */
class ServerErrorTest {

    private static final String READONLY = "READONLY You can't write against a read only replica.";

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            MOVED 3999 127.0.0.1:6381                                                    | MOVED        | ELSEWHERE
            ASK 3999 127.0.0.1:6381                                                      | ASK          | ELSEWHERE
            REDIRECT 10.0.0.2:6379                                                       | REDIRECT     | ELSEWHERE
            TRYAGAIN Multiple keys request during rehashing of slot                      | TRYAGAIN     | SEND_AGAIN_LATER
            CLUSTERDOWN Hash slot not served                                             | CLUSTERDOWN  | SEND_AGAIN_LATER
            CLUSTERDOWN The cluster is down                                              | CLUSTERDOWN  | SEND_AGAIN_LATER
            LOADING Redis is loading the dataset in memory                               | LOADING      | SEND_AGAIN_LATER
            MASTERDOWN Link with MASTER is down and replica-serve-stale-data is 'no'.    | MASTERDOWN   | SEND_AGAIN_LATER
            BUSY Redis is busy running a script. You can only call SCRIPT KILL           | BUSY         | HOLD
            BUSY Valkey is busy running a script.                                        | BUSY         | HOLD
            READONLY You can't write against a read only replica.                        | READONLY     | RECONNECT
            UNBLOCKED client unblocked via CLIENT UNBLOCK                                | UNBLOCKED    | CALLERS
            UNBLOCKED the stream key no longer exists                                     | UNBLOCKED_WITHOUT_KEY | SEND_AGAIN_LATER
            NOAUTH Authentication required.                                              | NOAUTH       | CALLERS
            NOAUTH HELLO must be called with the client already authenticated            | NOAUTH       | CALLERS
            WRONGPASS invalid username-password pair or user is disabled.                | WRONGPASS    | CALLERS
            NOPERM this user has no permissions to run the 'get' command                 | NOPERM       | CALLERS
            EXECABORT Transaction discarded because of previous errors.                  | EXECABORT    | CALLERS
            CROSSSLOT Keys in request don't hash to the same slot                        | CROSSSLOT    | CALLERS
            NOSCRIPT No matching script. Please use EVAL.                                | NOSCRIPT     | CALLERS
            MISCONF Redis is configured to save RDB snapshots                            | MISCONF      | CALLERS
            OOM command not allowed when used memory > 'maxmemory'.                      | OOM          | CALLERS
            NOREPLICAS Not enough good replicas to write.                                | NOREPLICAS   | CALLERS
            ERR EXEC without MULTI                                                       | NO_TRANSACTION | CALLERS
            ERR DISCARD without MULTI                                                    | NO_TRANSACTION | CALLERS
            ERR max number of clients reached                                            | TOO_MANY_CLIENTS | SEND_AGAIN_LATER
            ERR Max Number of Clients + cluster connections reached                      | TOO_MANY_CLIENTS | SEND_AGAIN_LATER
            ERR unknown command 'x'                                                      | ERR          | CALLERS
            """)
    void eachErrorHasItsMeaningAndRemedy(String text, ServerError meaning, Remedy remedy) {
        assertEquals(meaning, of(text));
        assertEquals(remedy, of(text).remedy());
    }

    @Test
    void oneThatBecomesAReplicaLetsGoOfBlockedCommands() {
        ServerError error = of("UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)");
        assertEquals(ServerError.UNBLOCKED_AS_REPLICA, error);
        assertEquals(Remedy.RECONNECT, error.remedy());
    }

    @ParameterizedTest
    @ValueSource(strings = { "", " ", "WRONGTYPE Operation against a key holding the wrong kind of value",
            "BUSYKEY Target key name already exists.", "BUSYGROUP Consumer Group name already exists", "moved 1 a:1",
            "LOADINGS x", "BUSIER", "BUSY", "BUSY\nx", "BUSY: x", "MY own error of a script", "OTHER" })
    void whatIsNotKnownIsTheCallers(String text) {
        assertEquals(ServerError.OTHER, of(text));
        assertEquals(Remedy.CALLERS, of(text).remedy());
        assertEquals(Remedy.CALLERS, of(text).remedyOnOneServer());
    }

    @ParameterizedTest
    @ValueSource(strings = { "LOADING\u001b[2J", "READONLY\n", "MASTERDOWN: no" })
    void aCodeEndsWhereItsCapitalsEnd(String text) {
        assertEquals(text.replaceAll("(?s)[^A-Z].*", ""), of(text).name());
    }

    @Test
    void anErrorWithoutTextDoesNoHarm() {
        assertEquals(ServerError.OTHER, ServerError.of(ErrorType.create(null)));
    }

    @ParameterizedTest
    @ValueSource(strings = { "LOADING", "ERR LOADING Redis is loading", "ERR BUSY no", "ERR READONLY no" })
    void aCodeMayStandAloneOrBehindTheGeneralOne(String text) {
        assertEquals(text.replaceAll("^ERR | .*$", "").split(" ")[0], of(text).name());
    }

    @ParameterizedTest
    @ValueSource(strings = { READONLY,
            READONLY + " script: caeeee01384f6b04384c56d69c27aa65287fb306, on @user_script:1.",
            "ERR Error running script (call to f_1): @user_script:1: @user_script: 1: -" + READONLY,
            "@user_script: 1: -" + READONLY,
            "EXECABORT Transaction discarded because of: " + READONLY })
    void thatAServerIsAReplicaIsFoundWithinOtherErrors(String text) {
        assertEquals(ServerError.READONLY, of(text));
    }

    /** They would be taken for what the server says about itself, and are only what somebody has written. */
    @ParameterizedTest
    @ValueSource(strings = { "ERR unknown command 'READONLY'", "ERR value is READONLY here",
            "ERR Error running script (call to f_1): @user_script:1: -LOADING Redis is loading",
            "EXECABORT Transaction discarded because of: LOADING Redis is loading",
            "EXECABORT Transaction discarded because of: BUSY Redis is busy",
            "ERR unknown command 'X', with args beginning with: 'a -READONLY read only replica' ",
            "ERR unknown command 'X', with args beginning with: 'max number of clients' ",
            "ERR unknown subcommand '@user_script: 1: -READONLY read only replica'. Try CONFIG HELP.",
            "NOGROUP No such key 'x -READONLY read only replica' or consumer group 'y'",
            "ERR Error running script (call to f_1): @user_script:1: NOGROUP No such key 'x -READONLY read only replica'",
            "EXECABORT Transaction discarded because of: NOPERM no access to 'x: READONLY read only replica'" })
    void otherErrorsWithinErrorsAreTheCallers(String text) {
        assertEquals(Remedy.CALLERS, of(text).remedy());
    }

    /** Redis 6.2 to 8, Valkey 8 and 9, also where a script is what they refuse, or has been refused something. */
    @ParameterizedTest
    @ValueSource(strings = { "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.",
            "BUSY Valkey is busy running a script. You can only call FUNCTION KILL or SHUTDOWN NOSAVE.",
            "BUSY Redis is busy running a module command.", "LOADING Redis is loading the dataset in memory",
            "LOADING Valkey is loading the dataset in memory",
            "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
            "MASTERDOWN Link with MASTER is down, replica-serve-stale-data is set to 'no' and 'allow-stale' flag is not set"
                    + " on the script.",
            READONLY, READONLY + " script: caeeee01384f6b04384c56d69c27aa65287fb306, on @user_script:1.",
            "READONLY Can not run script with write flag on readonly replica",
            "ERR Error running script (call to f_1): @user_script:1: @user_script: 1: -" + READONLY,
            "TRYAGAIN Multiple keys request during rehashing of slot", "TRYAGAIN Slot is being trimmed",
            "CLUSTERDOWN The cluster is down", "CLUSTERDOWN The cluster is down and only accepts read commands",
            "CLUSTERDOWN Hash slot not served",
            "MOVED 3999 127.0.0.1:6381", "MOVED 3999 :6381", "MOVED 3999 ?:6381", "MOVED 3999 ::1:6381",
            "ASK 3999 127.0.0.1:6381", "REDIRECT 10.0.0.2:6379" })
    void whatServersSayOfThemselvesIsNotTakenForAScripts(String text) {
        assertFalse(ServerError.isCodeOnly(ErrorType.create(text)));
    }

    @ParameterizedTest
    @ValueSource(strings = { "BUSY lock is taken", "BUSY x", "ERR BUSY lock is taken", "LOADING the cart", "LOADING",
            "MASTERDOWN call somebody", "READONLY account", "READONLY this account is a replica", "TRYAGAIN in a minute",
            "CLUSTERDOWN no quorum", "MOVED to the archive", "MOVED 17 items", "ASK the owner", "REDIRECT elsewhere",
            "ERR Error running script (call to f_1): @user_script:1: -READONLY account" })
    void whatOnlyBeginsLikeThatIsPerhapsAScripts(String text) {
        assertTrue(ServerError.isCodeOnly(ErrorType.create(text)));
    }

    @ParameterizedTest
    @ValueSource(strings = { "NOSCRIPT No matching script. Please use EVAL.", "OOM no", "ERR no", "WRONGTYPE no", "BUSY", "" })
    void whatIsItsCallersAnywayIsNobodysToTell(String text) {
        assertFalse(ServerError.isCodeOnly(ErrorType.create(text)));
    }

    @Test
    void asItStandsAnErrorIsWhatItsCodeSays() {
        assertEquals(ServerError.EXECABORT, ServerError.named(ErrorType.create(
                "EXECABORT Transaction discarded because of: " + READONLY)));
    }

    @Test
    void whoHasOneServerActsOnWhatIsAboutTheServer() {
        for (ServerError error : ServerError.values()) {
            Remedy expected = switch (error) {
                case LOADING, MASTERDOWN, BUSY, READONLY, UNBLOCKED_AS_REPLICA -> error.remedy();
                default -> Remedy.CALLERS;
            };
            assertEquals(expected, error.remedyOnOneServer(), error.name());
        }
    }

    @Test
    void waitingHelpsAgainstWhatPassesByItself() {
        assertEquals(EnumSet.of(Remedy.SEND_AGAIN_LATER, Remedy.HOLD, Remedy.RECONNECT), waitingHelps());
        assertFalse(of("WRONGPASS invalid").remedy().waitingHelps());
    }

    private static Set<Remedy> waitingHelps() {
        Set<Remedy> those = EnumSet.allOf(Remedy.class);
        those.removeIf(remedy -> !remedy.waitingHelps());
        return those;
    }

    private static ServerError of(String text) {
        return ServerError.of(ErrorType.create(text));
    }
}
