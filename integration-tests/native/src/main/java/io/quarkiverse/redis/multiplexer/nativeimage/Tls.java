package io.quarkiverse.redis.multiplexer.nativeimage;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.smallrye.certs.CertificateGenerator;
import io.smallrye.certs.CertificateRequest;
import io.smallrye.certs.Format;

/** A server that speaks TLS is used if its certificate is trusted, and only then. */
final class Tls implements Check {

    /** Kept, so that its level is. */
    private static final Logger GENERATOR = Logger.getLogger("io.smallrye.certs");

    @Override
    public String name() {
        return "TLS";
    }

    @Override
    public String run(Ground ground) throws Exception {
        Path folder = Files.createDirectories(ground.log().resolveSibling("certificates").toAbsolutePath());
        generate(folder, "redis");
        generate(folder, "another");
        try (RedisServer server = RedisServer.startWithTls(folder.resolve("redis.crt"), folder.resolve("redis.key"))) {
            Map<String, String> trusting = configuration(server, folder.resolve("redis.crt"));
            try (RunningApplication application = ground.startAnother(trusting, "/counter/first")) {
                Http.Answer answer = application.http().get("/counter/tls");
                Failed.unless(answer.status() == 200, "with TLS, the answer is " + answer);
            }
            Map<String, String> distrusting = configuration(server, folder.resolve("another.crt"));
            try (RunningApplication application = ground.startAnother(distrusting, "/status")) {
                Http.Answer answer = application.http().get("/counter/tls");
                Failed.unless(answer.status() == 503 && answer.body().contains("Failed to create SSL connection"),
                        "with a certificate that is not trusted, the answer is " + answer);
                return "used; with a wrong certificate: " + answer;
            }
        }
    }

    private static Map<String, String> configuration(RedisServer server, Path trusted) {
        Map<String, String> configuration = new LinkedHashMap<>();
        for (String client : new String[] { "quarkus.redis.", "quarkus.redis.stats." }) {
            configuration.put(client + "hosts", server.tlsUrl());
            configuration.put(client + "tls-configuration-name", "redis");
            // Who waits for a connection that never comes waits no longer.
            configuration.put(client + "timeout", "3s");
        }
        configuration.put("quarkus.tls.redis.trust-store.pem.certs", trusted.toString());
        return configuration;
    }

    private static void generate(Path folder, String name) throws Exception {
        GENERATOR.setLevel(Level.WARNING);
        new CertificateGenerator(folder, true).generate(new CertificateRequest().withName(name).withCN("localhost")
                .withSubjectAlternativeName("DNS:localhost").withFormat(Format.PEM).withDuration(Duration.ofDays(1)));
    }
}
