package io.alluvium.serve.http;

import io.alluvium.data.TableName;
import io.alluvium.serve.UndefinedTable;
import io.alluvium.table.TableDirectory;
import io.alluvium.table.TableView;

/// Finds the tables whose rows a request asks for.
final class ReadableTables {

    private static final int MAX_NAME = 128;

    private final TableDirectory directory;

    ReadableTables(TableDirectory directory) {
        this.directory = directory;
    }

    /// The rows of a table as they are now.
    ///
    /// @throws io.alluvium.fault.AlluviumException UNDEFINED_TABLE, TABLE_NOT_READY
    TableView view(String name) {
        if (!isName(name)) {
            throw undefined(name);
        }
        return directory
                .find(new TableName(name))
                .orElseThrow(() -> undefined(name))
                .view();
    }

    static boolean isName(String name) {
        return !name.isEmpty() && name.length() <= MAX_NAME;
    }

    private RuntimeException undefined(String name) {
        return UndefinedTable.error(
                name, directory.names().stream().map(TableName::value).toList());
    }
}
