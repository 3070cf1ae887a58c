/// The HTTP API: tables, rows by key, SQL with streamed answers, health, settings, metrics and the console.
/// Read [io.alluvium.serve.http.HttpServer] first, then `Router`, which lists the routes.
@NullMarked
package io.alluvium.serve.http;

import org.jspecify.annotations.NullMarked;
