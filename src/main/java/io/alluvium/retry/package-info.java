/// Trying again: how long to wait between attempts, and when to give up. Read [io.alluvium.retry.Retrier]
/// first.
@NullMarked
package io.alluvium.retry;

import org.jspecify.annotations.NullMarked;
