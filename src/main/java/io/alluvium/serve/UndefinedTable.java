package io.alluvium.serve;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.fault.Nearest;
import java.util.Collection;
import java.util.List;

/// The error that a table does not exist, with the nearest names and the statement that would make it.
public final class UndefinedTable {

    private static final int NAMES = 3;

    private UndefinedTable() {}

    public static AlluviumException error(String name, Collection<String> tables) {
        return new AlluviumException(
                ErrorCode.UNDEFINED_TABLE, "table \"" + name + "\" does not exist", hint(name, tables));
    }

    private static String hint(String name, Collection<String> tables) {
        List<String> nearest = Nearest.to(name, tables, NAMES);
        String meant = nearest.isEmpty() ? "" : "Perhaps you meant " + String.join(" or ", nearest) + ". ";
        String identifier = Identifiers.quoted(name);
        return meant + "To make it from a Kafka topic: CREATE TABLE " + identifier + " AS SELECT * FROM kafka_topic('"
                + name.replace("'", "''") + "')";
    }
}
