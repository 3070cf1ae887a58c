/// What users talk to, whatever the protocol: any SQL statement in, an answer out. Read
/// [io.alluvium.serve.Session] first; `http` and `console` stand on it.
@NullMarked
package io.alluvium.serve;

import org.jspecify.annotations.NullMarked;
