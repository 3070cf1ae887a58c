package io.alluvium.query;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.sql.TextMemory;

/// Counts the memory that the operators and expressions of one query hold. Owned by one thread.
final class MemoryBudget implements TextMemory {

    private final long limit;
    private long used;

    MemoryBudget(long limit) {
        this.limit = limit;
    }

    void reset() {
        used = 0;
    }

    long used() {
        return used;
    }

    /// @throws AlluviumException MEMORY_LIMIT when the query would hold more than it may
    @Override
    public void take(long bytes) {
        used += bytes;
        if (used > limit) {
            throw new AlluviumException(
                    ErrorCode.MEMORY_LIMIT,
                    "the query needs more than the " + limit + " bytes of memory that one query may hold",
                    "sort, group or join fewer rows or columns: add a condition, or a LIMIT to the ORDER BY");
        }
    }

    @Override
    public void giveBack(long bytes) {
        used -= bytes;
    }
}
