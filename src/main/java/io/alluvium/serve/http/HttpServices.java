package io.alluvium.serve.http;

import io.alluvium.catalog.TableService;
import io.alluvium.data.Setting;
import io.alluvium.metrics.Meters;
import io.alluvium.serve.Session;
import io.alluvium.table.TableDirectory;
import java.util.List;
import java.util.function.Supplier;

/// What the HTTP API shows to the outside.
///
/// @param directory where rows are looked up by key, without a query; it must not block
/// @param settings the settings in force, secrets masked
/// @param meters shown as they are, and told of every request
public record HttpServices(
        Session session,
        TableService tables,
        TableDirectory directory,
        Supplier<List<Setting>> settings,
        Meters meters) {}
