package io.alluvium.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.alluvium.fault.AlluviumException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamsSettingsTest {

    @TempDir
    private Path folder;

    @Test
    void theStateDirectoryIsThereBeforeAnyApplicationStarts() {
        Path state = folder.resolve("data/streams");

        settings(state).job("a", Map.of());

        assertThat(state).isDirectory();
    }

    @Test
    void aStateDirectoryThatCannotBeMadeIsNamed() throws Exception {
        Path file = Files.writeString(folder.resolve("data"), "");

        assertThatThrownBy(() -> settings(file.resolve("streams")).job("a", Map.of()))
                .isInstanceOf(AlluviumException.class)
                .hasMessageContaining(file.resolve("streams").toString());
    }

    private static StreamsSettings settings(Path state) {
        return new StreamsSettings(Map.of(), "test", "one", state, 1, 1);
    }
}
