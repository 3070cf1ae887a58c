/// The command line. Read [io.alluvium.cli.Main] first: it lists the commands, one class each, and turns errors
/// into messages and exit codes. [io.alluvium.cli.SqlCommand] is a client of the HTTP interface and knows nothing
/// else of the service.
@NullMarked
package io.alluvium.cli;

import org.jspecify.annotations.NullMarked;
