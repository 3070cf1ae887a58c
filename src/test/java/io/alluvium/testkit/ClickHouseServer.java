package io.alluvium.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A ClickHouse server with the database `default`, open to this machine. That of Debian's packages is from 2018:
/// its HTTP interface is spoken to by a driver of its time, without compression.
public final class ClickHouseServer extends DatabaseServer {

    private final Path program;

    private ClickHouseServer(Path program) {
        super("clickhouse", "clickhouse");
        this.program = program;
    }

    /// Starts a new one, or skips the test where ClickHouse is not installed.
    public static ClickHouseServer started() {
        var server =
                new ClickHouseServer(program("ClickHouse", "/usr/sbin/clickhouse-server /usr/bin/clickhouse-server"));
        Path directory = server.directory;
        try {
            Files.writeString(directory.resolve("config.xml"), """
                    <yandex>
                      <logger><level>warning</level><console>1</console></logger>
                      <http_port>%d</http_port>
                      <listen_host>127.0.0.1</listen_host>
                      <path>%s/data/</path>
                      <tmp_path>%s/tmp/</tmp_path>
                      <mark_cache_size>5000000</mark_cache_size>
                      <timezone>UTC</timezone>
                      <users_config>users.xml</users_config>
                      <default_profile>default</default_profile>
                      <default_database>default</default_database>
                    </yandex>
                    """.formatted(server.port, directory, directory));
            Files.writeString(directory.resolve("users.xml"), """
                    <yandex>
                      <profiles><default/></profiles>
                      <quotas><default/></quotas>
                      <users><default>
                        <password></password>
                        <networks><ip>127.0.0.1</ip></networks>
                        <profile>default</profile>
                        <quota>default</quota>
                      </default></users>
                    </yandex>
                    """);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.start();
        return server;
    }

    @Override
    List<String> command() {
        return List.of(program.toString(), "--config-file=" + directory.resolve("config.xml"));
    }

    @Override
    String stopSignal() {
        return "TERM";
    }

    @Override
    public String jdbcUrl() {
        return "jdbc:clickhouse://127.0.0.1:" + port + "/default?compress=false";
    }
}
