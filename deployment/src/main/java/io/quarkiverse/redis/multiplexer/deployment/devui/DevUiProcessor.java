package io.quarkiverse.redis.multiplexer.deployment.devui;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import org.jboss.logging.Logger;

import io.quarkiverse.redis.multiplexer.deployment.config.MultiplexerBuildTimeConfig;
import io.quarkiverse.redis.multiplexer.deployment.devservices.EmbeddedServersBuildItem;
import io.quarkiverse.redis.multiplexer.runtime.devui.ClientsService;
import io.quarkiverse.redis.multiplexer.runtime.devui.ConsoleService;
import io.quarkiverse.redis.multiplexer.runtime.devui.DevUiClients;
import io.quarkiverse.redis.multiplexer.runtime.devui.KeysService;
import io.quarkiverse.redis.multiplexer.runtime.devui.Outcome;
import io.quarkiverse.redis.multiplexer.runtime.devui.SubscriptionsService;
import io.quarkus.arc.deployment.AdditionalBeanBuildItem;
import io.quarkus.deployment.IsLocalDevelopment;
import io.quarkus.deployment.annotations.BuildProducer;
import io.quarkus.deployment.annotations.BuildStep;
import io.quarkus.deployment.annotations.BuildSteps;
import io.quarkus.devui.spi.JsonRPCProvidersBuildItem;
import io.quarkus.devui.spi.buildtime.BuildTimeActionBuildItem;
import io.quarkus.devui.spi.page.CardPageBuildItem;
import io.quarkus.devui.spi.page.Page;
import io.quarkus.devui.spi.page.PageBuilder;

/** The card and the pages of the Dev UI, and what answers them. */
@BuildSteps(onlyIf = { IsLocalDevelopment.class, MultiplexerBuildTimeConfig.Enabled.class })
class DevUiProcessor {

    private static final Logger LOG = Logger.getLogger(DevUiProcessor.class);

    @BuildStep
    CardPageBuildItem card() {
        CardPageBuildItem card = new CardPageBuildItem();
        card.addPage(page("Clients", "clients", "diagram-project"));
        card.addPage(page("Console", "console", "terminal"));
        card.addPage(page("Keys", "keys", "key"));
        card.addPage(page("Subscriptions", "subscriptions", "tower-broadcast"));
        card.addPage(page("Dev Services", "dev-services", "server"));
        return card;
    }

    private static PageBuilder<?> page(String title, String name, String icon) {
        return Page.webComponentPageBuilder().title(title).icon("font-awesome-solid:" + icon)
                .componentLink("qwc-redis-multiplexer-" + name + ".js");
    }

    @BuildStep
    void services(BuildProducer<JsonRPCProvidersBuildItem> services, BuildProducer<AdditionalBeanBuildItem> beans) {
        beans.produce(AdditionalBeanBuildItem.unremovableOf(DevUiClients.class));
        services.produce(new JsonRPCProvidersBuildItem(ClientsService.class));
        services.produce(new JsonRPCProvidersBuildItem(ConsoleService.class));
        services.produce(new JsonRPCProvidersBuildItem(KeysService.class));
        services.produce(new JsonRPCProvidersBuildItem(SubscriptionsService.class));
    }

    /** The embedded servers belong to the build: the application can do no more than connect to them. */
    @BuildStep
    BuildTimeActionBuildItem servers(Optional<EmbeddedServersBuildItem> item) {
        BuildTimeActionBuildItem actions = new BuildTimeActionBuildItem();
        actions.actionBuilder().methodName("embeddedServers")
                .function(none -> CompletableFuture.supplyAsync(
                        () -> item.map(embedded -> embedded.servers().running()).orElse(List.of())))
                .build();
        actions.actionBuilder().methodName("restartServer")
                .parameter("client", "The name of the client whose server is restarted")
                .function(parameters -> CompletableFuture.supplyAsync(() -> restart(item, parameters.get("client"))))
                .build();
        return actions;
    }

    private static Outcome<Boolean> restart(Optional<EmbeddedServersBuildItem> item, String client) {
        try {
            item.orElseThrow(() -> new IllegalStateException("Dev Services are disabled")).servers().restart(client);
            return new Outcome<>(true, null);
        } catch (RuntimeException e) {
            LOG.error("The server was not restarted", e);
            return new Outcome<>(null, e.getMessage());
        }
    }
}
