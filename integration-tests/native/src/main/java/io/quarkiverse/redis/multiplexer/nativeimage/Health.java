package io.quarkiverse.redis.multiplexer.nativeimage;

/** The readiness check follows the server down and up again. */
final class Health implements Check {

    private static final String READY = "/q/health/ready";

    @Override
    public String name() {
        return "health";
    }

    @Override
    public String run(Ground ground) throws Exception {
        Http http = ground.application().http();
        Http.Answer well = http.get(READY);
        Failed.unless(well.status() == 200 && well.body().contains("Redis connection health check"), "the health is " + well);
        ground.server().kill();
        try {
            Waiting.until("the health to be down", ground.scale().patience(), () -> http.get(READY),
                    answer -> answer.status() == 503 && answer.body().contains("DOWN"));
        } finally {
            ground.server().run();
        }
        Waiting.until("the health to be up again", ground.scale().patience(), () -> http.get(READY),
                answer -> answer.status() == 200);
        return "up, down without the server, up again";
    }
}
