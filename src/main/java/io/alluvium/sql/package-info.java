/// SQL text to definitions and queries: the parser, the type rules, and the expressions that tables, jobs and
/// queries all evaluate in the same way. Read [io.alluvium.sql.Statement] first, then [io.alluvium.sql.Expression].
@NullMarked
package io.alluvium.sql;

import org.jspecify.annotations.NullMarked;
