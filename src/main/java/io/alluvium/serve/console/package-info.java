/// The console: one live page about the tables, with a box for SQL. Read
/// [io.alluvium.serve.console.ConsolePages] first; the page itself is a resource beside it.
@NullMarked
package io.alluvium.serve.console;

import org.jspecify.annotations.NullMarked;
