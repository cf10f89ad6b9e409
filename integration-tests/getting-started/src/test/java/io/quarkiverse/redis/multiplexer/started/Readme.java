package io.quarkiverse.redis.multiplexer.started;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** What a section of the README tells a newcomer to type: its blocks of code, in their order. */
record Readme(List<Block> blocks) {

    private static final Pattern FENCED = Pattern.compile("^```(\\w+)\\n(.*?)\\n```$", Pattern.MULTILINE | Pattern.DOTALL);

    private record Block(String language, String text) {
    }

    static Readme section(Path file, String title) throws IOException {
        String section = Files.readString(file).split("(?m)^## " + Pattern.quote(title) + "$", 2)[1].split("(?m)^## ", 2)[0];
        return new Readme(FENCED.matcher(section).results().map(block -> new Block(block.group(1), block.group(2))).toList());
    }

    /** @param position among those of the language, from 0 */
    String block(String language, int position) {
        return blocks.stream().filter(block -> block.language().equals(language)).skip(position).findFirst().orElseThrow()
                .text();
    }
}
