package io.alluvium.fault;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which category the exceptions of one library have, by their types and never by their texts.
///
/// The chain of causes is walked. Types that tell what is wrong win over symptoms, such as a timeout, that many
/// things lead to; among equals the more special class wins, then the inner cause.
public final class CategoryRules {

    private final List<Rule> rules = new ArrayList<>();

    private record Rule(Class<? extends Throwable> type, FaultCategory category, boolean symptom) {

        /// Greater for what decides.
        int weight() {
            int depth = 0;
            for (Class<?> c = type; c != null; c = c.getSuperclass()) {
                depth++;
            }
            return symptom ? depth : 1000 + depth;
        }
    }

    /// The exception of a chain that decides, and its category.
    public record Match(FaultCategory category, Throwable decisive) {}

    @SafeVarargs
    public final CategoryRules cause(FaultCategory category, Class<? extends Throwable>... types) {
        for (Class<? extends Throwable> type : types) {
            rules.add(new Rule(type, category, false));
        }
        return this;
    }

    @SafeVarargs
    public final CategoryRules symptom(FaultCategory category, Class<? extends Throwable>... types) {
        for (Class<? extends Throwable> type : types) {
            rules.add(new Rule(type, category, true));
        }
        return this;
    }

    /// The category of an exception with its causes; UNKNOWN when no type of the chain is known.
    public Match match(Throwable error) {
        var best = new Match(FaultCategory.UNKNOWN, error);
        int weight = -1;
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (@Nullable Throwable t = error; t != null && seen.add(t); t = t.getCause()) {
            if (t instanceof AlluviumException known) {
                return new Match(known.category(), known);
            }
            for (Rule rule : rules) {
                if (rule.type.isInstance(t) && rule.weight() >= weight) {
                    best = new Match(rule.category, t);
                    weight = rule.weight();
                }
            }
        }
        return best;
    }
}
