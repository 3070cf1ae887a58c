/// What tests of several packages share: fakes, clocks, captured logs.
@NullMarked
package io.alluvium.testkit;

import org.jspecify.annotations.NullMarked;
