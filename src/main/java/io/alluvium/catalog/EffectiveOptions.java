package io.alluvium.catalog;

import io.alluvium.data.Setting;
import io.alluvium.data.Setting.Origin;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/// The options of one table that are in force, each with where it came from. An accessor fails with
/// IllegalArgumentException for an option that the table's sources do not have.
public final class EffectiveOptions {

    private final Map<String, Value> values;
    private final Map<String, String> kafka;

    /// @param parsed the Java value
    /// @param text the value as it is shown
    record Value(Object parsed, String text, Origin origin) {}

    EffectiveOptions(Map<String, Value> values, Map<String, String> kafka) {
        this.values = new TreeMap<>(values);
        this.kafka = Map.copyOf(kafka);
    }

    public Duration duration(String name) {
        return get(name, Duration.class);
    }

    public int integer(String name) {
        return get(name, Integer.class);
    }

    public double number(String name) {
        return get(name, Double.class);
    }

    public boolean bool(String name) {
        return get(name, Boolean.class);
    }

    /// The value of an option that is a word or text.
    public String text(String name) {
        return get(name, String.class);
    }

    public Charset encoding(String name) {
        return get(name, Charset.class);
    }

    /// A text option without a default; empty when it is not given.
    public Optional<String> find(String name) {
        return Optional.ofNullable(values.get(name)).map(v -> (String) v.parsed);
    }

    /// A one-character option without a default; empty when it is not given.
    public Optional<Character> character(String name) {
        return Optional.ofNullable(values.get(name)).map(v -> (Character) v.parsed);
    }

    /// A whole number without a default; empty when it is not given.
    public OptionalInt findInteger(String name) {
        EffectiveOptions.Value value = values.get(name);
        return value == null ? OptionalInt.empty() : OptionalInt.of((Integer) value.parsed);
    }

    /// A duration without a default; empty when it is not given.
    public Optional<Duration> findDuration(String name) {
        return Optional.ofNullable(values.get(name)).map(v -> (Duration) v.parsed);
    }

    /// The columns of each index that the option `index` asks for.
    public List<List<String>> indexes() {
        return find(IndexOption.NAME).map(IndexOption::read).orElse(List.of());
    }

    /// Whether `WITH` itself has the option.
    public boolean isGiven(String name) {
        Value value = values.get(name);
        return value != null && value.origin == Origin.WITH;
    }

    /// The properties for Kafka's clients that `WITH` has as `kafka.<property>`, by the client's own names.
    public Map<String, String> kafkaProperties() {
        return kafka;
    }

    /// All of them in name order, secrets masked.
    public List<TableStatus.EffectiveOption> list() {
        return values.entrySet().stream()
                .map(e -> new TableStatus.EffectiveOption(
                        e.getKey(),
                        Setting.mask(e.getKey(), e.getValue().text),
                        e.getValue().origin.text()))
                .toList();
    }

    private <T> T get(String name, Class<T> type) {
        Value value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the table has no option " + name);
        }
        return type.cast(value.parsed);
    }
}
