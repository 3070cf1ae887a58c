package io.alluvium;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.conditions.ArchConditions.dependOnClassesThat;
import static com.tngtech.archunit.lang.conditions.ArchConditions.never;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The package table of `docs/architecture.md`: who may import whom, and which library is at home where.
class ArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(location -> !location.contains("test-classes"))
            .importPackages("io.alluvium");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "data     | ''",
                "fault    | ''",
                "metrics  | ''",
                "retry    | data fault metrics",
                "config   | data fault",
                "catalog  | data fault",
                "sql      | catalog data fault",
                "format   | data fault",
                "source   | data catalog format fault retry metrics",
                "table    | data fault metrics",
                "topology | catalog source table data format sql retry fault metrics",
                "query    | sql catalog table data fault metrics",
                "serve    | query sql catalog table data fault metrics",
                "broker   | config fault",
                "cli      | app catalog config data fault",
            })
    void aPackageImportsOnlyWhatIsBelowIt(String name, String allowed) {
        var packages = new ArrayList<String>(List.of("io.alluvium." + name + ".."));
        Stream.of(allowed.strip().split(" "))
                .filter(p -> !p.isEmpty())
                .forEach(p -> packages.add("io.alluvium." + p + ".."));
        classes()
                .that()
                .resideInAPackage("io.alluvium." + name + "..")
                .should(never(dependOnClassesThat(resideInAnyPackage("io.alluvium..")
                        .and(resideOutsideOfPackages(packages.toArray(String[]::new))))))
                .check(CLASSES);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "io.micrometer..               | metrics",
                "io.prometheus..               | metrics",
                "io.smallrye.config..          | config",
                "org.eclipse.microprofile..    | config",
                "org.apache.calcite..          | sql query",
                "com.fasterxml.jackson..       | format topology serve cli",
                "org.apache.parquet..          | format.parquet",
                "io.debezium..                 | source.jdbc.cdc",
                "org.apache.kafka.connect..    | source.jdbc.cdc",
                "com.github.luben..            | format source.file",
                "net.jpountz..                 | format",
                "org.xerial.snappy..           | format",
                "org.apache.avro..             | format",
                "java.net.http..               | format.registry cli",
                "org.apache.kafka.streams..    | topology source.kafka",
                "org.rocksdb..                 | table.rocksdb",
                "org.apache.kafka.clients..    | topology source.kafka app",
                "kafka..                       | broker",
                "org.apache.kafka.metadata..   | broker",
                "io.vertx..                    | serve",
                "picocli..                     | cli",
                "org.jline..                   | cli",
            })
    void aLibraryIsAtHomeInFewPackages(String library, String homes) {
        String[] packages =
                Stream.of(homes.split(" ")).map(p -> "io.alluvium." + p + "..").toArray(String[]::new);
        noClasses()
                .that()
                .resideOutsideOfPackages(packages)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .check(CLASSES);
    }

    @Test
    void theTableKnowsNoLibrary() {
        classes()
                .that()
                .resideInAPackage("io.alluvium.table")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.alluvium.table",
                        "io.alluvium.data..",
                        "io.alluvium.fault..",
                        "io.alluvium.metrics..",
                        "java..",
                        "org.jspecify.annotations..")
                .check(CLASSES);
    }

    @Test
    void packagesDoNotGoRoundInACircle() {
        SlicesRuleDefinition.slices()
                .matching("io.alluvium.(*)..")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    @Test
    void everyPackageSaysWhatItIsForAndWhatToReadFirst() throws Exception {
        var without = new ArrayList<String>();
        try (Stream<Path> all = Files.walk(Path.of("src/main/java/io/alluvium"))) {
            for (Path folder : all.filter(Files::isDirectory).toList()) {
                if (!hasClasses(folder)) {
                    continue;
                }
                Path info = folder.resolve("package-info.java");
                String text = Files.exists(info) ? Files.readString(info) : "";
                if (!text.contains("@NullMarked") || !text.matches("(?s).*\\bRead\\b.*\\bfirst\\b.*")) {
                    without.add(folder.toString());
                }
            }
        }
        org.assertj.core.api.Assertions.assertThat(without).isEmpty();
    }

    private static boolean hasClasses(Path folder) throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            return files.anyMatch(file -> file.toString().endsWith(".java"));
        }
    }
}
