package io.quarkiverse.redis.multiplexer.nativeimage;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** The tests of {@code ShowcaseIT}, by JUnit in this JVM, on an application that runs already. */
final class IntegrationTests implements Check {

    private static final String PORT = "showcase.port";
    private static final String TIMEOUT_OF_EACH = "60 s";

    private final List<Path> classPath;
    private final String tests;

    /**
     * @param classPath of the tests; what they need besides has this class on its own
     * @param tests the class, which uses the port that the system property {@code showcase.port} names
     */
    IntegrationTests(List<Path> classPath, String tests) {
        this.classPath = classPath;
        this.tests = tests;
    }

    @Override
    public String name() {
        return "integration tests";
    }

    @Override
    public String run(Ground ground) throws Exception {
        URL[] urls = new URL[classPath.size()];
        for (int i = 0; i < urls.length; i++) {
            Failed.unless(Files.isDirectory(classPath.get(i)), "there is no " + classPath.get(i));
            urls[i] = classPath.get(i).toUri().toURL();
        }
        System.setProperty(PORT, String.valueOf(ground.application().port()));
        try (URLClassLoader loader = new URLClassLoader(urls, getClass().getClassLoader())) {
            return judge(execute(loader.loadClass(tests)));
        } finally {
            System.clearProperty(PORT);
        }
    }

    private static TestExecutionSummary execute(Class<?> tests) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request().selectors(selectClass(tests))
                .configurationParameter("junit.jupiter.execution.timeout.default", TIMEOUT_OF_EACH).build();
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request, listener);
        return listener.getSummary();
    }

    private static String judge(TestExecutionSummary summary) {
        long found = summary.getTestsFoundCount();
        long passed = summary.getTestsSucceededCount();
        Failed.unless(summary.getTotalFailureCount() == 0, passed + " of " + found + " pass: " + failures(summary));
        Failed.unless(found > 0 && passed == found, passed + " of " + found + " pass");
        return passed + " of " + found + " pass";
    }

    private static String failures(TestExecutionSummary summary) {
        return summary.getFailures().stream()
                .map(failure -> failure.getTestIdentifier().getDisplayName() + ": " + firstLine(failure.getException()))
                .collect(Collectors.joining("; "));
    }

    private static String firstLine(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text, true));
        return text.toString().lines().takeWhile(line -> !line.startsWith("\tat ")).collect(Collectors.joining(" ")).strip();
    }
}
