package io.alluvium.catalog;

import io.alluvium.data.ValueType;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// One option that `WITH` takes.
///
/// @param kinds the kinds of source that have it, as [SourceDefinition#kind()] names them
/// @param defaultText the default as it would be written; empty when there is none or it depends on other
///     options
/// @param shownDefault the default in words
/// @param settings the settings that stand in for it when `WITH` does not have it, the strongest first
record OptionKey(
        String name,
        Set<String> kinds,
        ValueType<?> type,
        Optional<String> defaultText,
        String shownDefault,
        List<String> settings,
        String meaning) {

    OptionKey {
        kinds = Set.copyOf(kinds);
        settings = List.copyOf(settings);
    }

    static OptionKey of(Set<String> kinds, String name, ValueType<?> type, String defaultText, String meaning) {
        return new OptionKey(name, kinds, type, Optional.of(defaultText), "`" + defaultText + "`", List.of(), meaning);
    }

    static OptionKey unset(Set<String> kinds, String name, ValueType<?> type, String shownDefault, String meaning) {
        return new OptionKey(name, kinds, type, Optional.empty(), shownDefault, List.of(), meaning);
    }

    /// The same option with settings that stand in for it.
    OptionKey orSettings(String... keys) {
        return new OptionKey(name, kinds, type, defaultText, shownDefault, List.of(keys), meaning);
    }

    /// The variables of the environment that stand in for it.
    List<String> variables() {
        return settings.stream()
                .map(key -> key.replace('.', '_').toUpperCase(Locale.ROOT))
                .toList();
    }
}
