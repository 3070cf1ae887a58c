package io.alluvium.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The script `alluvium` in a repository of its own, with a JDK that prints how it was called and a Maven that
/// makes the files that a build makes.
final class LauncherTest {

    @TempDir
    Path directory;

    private Path root;
    private Path jdk;

    @BeforeEach
    void makeRepository() throws IOException {
        directory = directory.toRealPath();
        root = Files.createDirectories(directory.resolve("a repository"));
        Files.copy(Path.of("alluvium"), root.resolve("alluvium"), StandardCopyOption.COPY_ATTRIBUTES);
        write(root.resolve("pom.xml"), "");
        write(root.resolve("src/main/java/A.java"), "");
        write(root.resolve("src/test/java/ATest.java"), "");
        script(root.resolve("mvnw"), """
                echo "mvnw $* with $JAVA_HOME" >>maven.log
                [ ! -f broken ] || { echo "A.java:1: broken"; exit 1; }
                mkdir -p target/lib
                echo jar >target/alluvium.jar
                """);
        jdk = jdk("jdk-25", "25.0.3");
    }

    @Test
    void theFirstStartBuilds_theNextOneDoesNot() throws Exception {
        assertThat(launch("version").err()).contains("building");
        assertThat(launch("version").err()).isEmpty();
        assertThat(builds()).hasSize(1).first().asString().contains("package").endsWith("with " + jdk);
    }

    @Test
    void aChangeOfTheSourcesOrThePomBuildsAgain_aChangeOfTestsDoesNot() throws Exception {
        launch("version");
        touch(root.resolve("src/test/java/ATest.java"));
        launch("version");
        assertThat(builds()).hasSize(1);
        touch(root.resolve("src/main/java/A.java"));
        assertThat(launch("version").err()).contains("the sources changed");
        touch(root.resolve("pom.xml"));
        launch("version");
        assertThat(builds()).hasSize(3);
    }

    @Test
    void withoutSourcesThereIsNothingToBuild() throws Exception {
        launch("version");
        Files.delete(root.resolve("pom.xml"));
        Files.delete(root.resolve("mvnw"));

        assertThat(launch("version").code()).isZero();
    }

    @Test
    void aFailedBuildShowsWhyAndIsTriedAgain() throws Exception {
        write(root.resolve("broken"), "");

        Run run = launch("version");

        assertThat(run.code()).isEqualTo(3);
        assertThat(run.err()).contains("A.java:1: broken", "the build failed");
        Files.delete(root.resolve("broken"));
        assertThat(launch("version").code()).isZero();
    }

    @Test
    void argumentsArriveAsTheyAre_fromAnyDirectoryAndThroughALink() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("link"), root.resolve("alluvium"));
        Path elsewhere = Files.createDirectories(directory.resolve("elsewhere"));

        Run run = run(elsewhere, Map.of(), link.toString(), "sql", "-c", "SELECT 'a  b' *", "");

        assertThat(run.out().lines())
                .contains(
                        "in " + elsewhere,
                        "<-Dalluvium.home=" + root + ">",
                        "<" + root.resolve("target/alluvium.jar") + ">",
                        "<io.alluvium.cli.Main>",
                        "<SELECT 'a  b' *>",
                        "<>");
    }

    @Test
    void theHeapAndFurtherOptionsAreTheUsers() throws Exception {
        assertThat(launch("version").out()).contains("<-XX:MaxRAMPercentage=60>");
        Run run = launch(Map.of("ALLUVIUM_HEAP", "3g", "ALLUVIUM_JAVA_OPTS", "-Da=1 -Db=2"), "version");
        assertThat(run.out()).contains("<-Xmx3g>", "<-Da=1>", "<-Db=2>").doesNotContain("MaxRAMPercentage");
    }

    @Test
    void theCacheIsUsedUnlessItIsOlderThanTheJarOrSwitchedOff() throws Exception {
        Path cache = root.resolve("target/alluvium.aot");
        launch("version");
        assertThat(cache).exists();
        assertThat(launch("version").out()).contains("<-XX:AOTCache=" + cache + ">");
        assertThat(launch(Map.of("ALLUVIUM_AOT", "off"), "version").out()).doesNotContain("AOTCache");
        Files.setLastModifiedTime(cache, FileTime.fromMillis(1000));
        assertThat(launch("version").out()).doesNotContain("AOTCache");
    }

    @Test
    void aTrainingThatFailsLeavesNoCacheAndOneWarning() throws Exception {
        Files.createFile(jdk.resolve("untrainable"));

        Run run = launch("version");

        assertThat(run.code()).isZero();
        assertThat(run.err().lines().filter(line -> line.contains("no start-up cache")))
                .hasSize(1);
        assertThat(root.resolve("target/alluvium.aot")).doesNotExist();
        assertThat(launch("version").err()).isEmpty();
    }

    @Test
    void theUsersSettingsStayOutOfTheTraining() throws Exception {
        launch(Map.of("ALLUVIUM_KAFKA_BOOTSTRAP_SERVERS", "production:9092"), "version");

        assertThat(root.resolve("target/training.log"))
                .content()
                .contains("train")
                .doesNotContain("production");
    }

    @Test
    void aJavaHomeThatIsTooOldIsPassedOver_butNotOneThatWasNamedForAlluvium() throws Exception {
        Path old = jdk("jdk-17", "17.0.15");

        Path good = jdk("home/.sdkman/candidates/java/99", "99");

        Run passedOver = launch(
                Map.of(
                        "JAVA_HOME",
                        old.toString(),
                        "HOME",
                        directory.resolve("home").toString()),
                "version");
        Run refused = launch(Map.of("ALLUVIUM_JAVA_HOME", old.toString()), "version");

        assertThat(passedOver.out()).contains("java of " + good);
        assertThat(refused.code()).isEqualTo(3);
        assertThat(refused.err()).contains("ALLUVIUM_JAVA_HOME is " + old, "hint: install");
    }

    @Test
    void theNewestOfTheInstalledOnesIsTaken() throws Exception {
        Path newest = jdk("home/.sdkman/candidates/java/99.10.1-x", "99.10.1");
        jdk("home/.sdkman/candidates/java/99.9.2-x", "99.9.2");
        Map<String, String> environment =
                new HashMap<>(Map.of("HOME", directory.resolve("home").toString()));
        environment.put("ALLUVIUM_JAVA_HOME", "");

        Run run = launch(environment, "version");

        assertThat(run.out()).contains("java of " + newest);
    }

    @Test
    void testIsMavensVerifyOnThatJdk() throws Exception {
        Run run = launch("test", "-Dtest=A B");

        assertThat(run.code()).isZero();
        assertThat(builds()).containsExactly("mvnw -B verify -Dtest=A B with " + jdk);
    }

    @Test
    void theExitCodeOfTheCommandIsThatOfTheLauncher() throws Exception {
        launch("version");
        assertThat(launch(Map.of("FAKE_EXIT", "4"), "version").code()).isEqualTo(4);
    }

    private List<String> builds() throws IOException {
        return Files.readAllLines(root.resolve("maven.log"));
    }

    private Run launch(String... arguments) throws IOException, InterruptedException {
        return launch(Map.of(), arguments);
    }

    private Run launch(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(root.resolve("alluvium").toString()));
        command.addAll(List.of(arguments));
        return run(directory, environment, command.toArray(String[]::new));
    }

    private Run run(Path where, Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(where.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("ALLUVIUM_") || name.equals("JAVA_HOME"));
        if (!environment.containsKey("JAVA_HOME")) {
            builder.environment().put("ALLUVIUM_JAVA_HOME", jdk.toString());
        }
        builder.environment().putAll(environment);
        Path out = Files.createTempFile(directory, "out", "");
        Path err = Files.createTempFile(directory, "err", "");
        int code = builder.redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start()
                .waitFor();
        return new Run(code, Files.readString(out), Files.readString(err));
    }

    private Path jdk(String name, String version) throws IOException {
        Path home = directory.resolve(name);
        write(home.resolve("release"), "IMPLEMENTOR=\"nobody\"\nJAVA_VERSION=\"" + version + "\"\n");
        script(home.resolve("bin/javac"), "exit 1\n");
        script(home.resolve("bin/java"), """
                echo "java of %s"
                echo "in $(pwd)"
                for argument in "$@"; do
                  echo "<$argument>"
                  case $argument in -XX:AOTCacheOutput=*) cache=${argument#*=} ;; esac
                done
                env | grep '^ALLUVIUM_'
                [ -z "${cache-}" ] || { [ ! -f "%s/untrainable" ] && echo cache >"$cache"; } || exit 1
                exit "${FAKE_EXIT-0}"
                """.formatted(home, home));
        return home;
    }

    private static void touch(Path file) throws IOException {
        Files.setLastModifiedTime(
                file,
                FileTime.fromMillis(
                        System.currentTimeMillis() + Duration.ofSeconds(5).toMillis()));
    }

    private static void script(Path file, String text) throws IOException {
        write(file, "#!/bin/sh\n" + text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void write(Path file, String text) throws IOException {
        Path parent = file.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Files.writeString(file, text);
    }
}
