/// The catalogue of errors. Read [io.alluvium.fault.ErrorCode] first: every error that a user can see is one of its
/// constants, and its category decides about retry, logging and metrics.
@NullMarked
package io.alluvium.fault;

import org.jspecify.annotations.NullMarked;
