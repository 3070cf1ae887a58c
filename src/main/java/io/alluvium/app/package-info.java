/// The service as a whole: what builds, starts and stops everything in order. Read
/// [io.alluvium.app.ServiceLauncher] first, which is all that the command line knows of it.
@NullMarked
package io.alluvium.app;

import org.jspecify.annotations.NullMarked;
