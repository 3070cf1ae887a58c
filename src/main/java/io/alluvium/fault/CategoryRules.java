package io.alluvium.fault;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Which category the exceptions of one library have, by their types and never by their texts.
///
/// The chain of causes is walked. Types that tell what is wrong win over symptoms, such as a timeout, that many
/// things lead to; among equals the more special class wins, then the inner cause.
public final class CategoryRules {

    /// Longer chains are not looked at beyond this: such a chain may have no end.
    private static final int LONGEST_CHAIN = 1_000;

    private final List<Rule> rules = new ArrayList<>();
    private final Map<Class<?>, Rule> deciding = new ConcurrentHashMap<>();

    /// @param weight greater for what decides
    private record Rule(Class<? extends Throwable> type, FaultCategory category, int weight) {

        /// Of what has no rule.
        static final Rule NONE = new Rule(Throwable.class, FaultCategory.UNKNOWN, -1);

        static Rule of(Class<? extends Throwable> type, FaultCategory category, boolean symptom) {
            int depth = 0;
            for (Class<?> c = type; c != null; c = c.getSuperclass()) {
                depth++;
            }
            return new Rule(type, category, symptom ? depth : 1000 + depth);
        }
    }

    /// The exception of a chain that decides, and its category.
    public record Match(FaultCategory category, Throwable decisive) {}

    @SafeVarargs
    public final CategoryRules cause(FaultCategory category, Class<? extends Throwable>... types) {
        for (Class<? extends Throwable> type : types) {
            add(Rule.of(type, category, false));
        }
        return this;
    }

    @SafeVarargs
    public final CategoryRules symptom(FaultCategory category, Class<? extends Throwable>... types) {
        for (Class<? extends Throwable> type : types) {
            add(Rule.of(type, category, true));
        }
        return this;
    }

    private void add(Rule rule) {
        rules.add(rule);
        deciding.clear();
    }

    /// The category of an exception with its causes; UNKNOWN when no type of the chain is known.
    public Match match(Throwable error) {
        Rule best = Rule.NONE;
        Throwable decisive = error;
        int depth = 0;
        for (@Nullable Throwable t = error; t != null && depth < LONGEST_CHAIN; t = t.getCause(), depth++) {
            if (t instanceof AlluviumException known) {
                return new Match(known.category(), known);
            }
            Rule rule = deciding(t.getClass());
            if (rule.weight >= 0 && rule.weight >= best.weight) {
                best = rule;
                decisive = t;
            }
        }
        return new Match(best.category, decisive);
    }

    /// The rule of greatest weight for a type, among equals the one that was added last.
    private Rule deciding(Class<?> type) {
        Rule known = deciding.get(type);
        return known != null ? known : deciding.computeIfAbsent(type, this::search);
    }

    private Rule search(Class<?> type) {
        Rule best = Rule.NONE;
        for (Rule rule : rules) {
            if (rule.type.isAssignableFrom(type) && rule.weight >= best.weight) {
                best = rule;
            }
        }
        return best;
    }
}
