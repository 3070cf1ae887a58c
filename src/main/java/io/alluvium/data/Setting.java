package io.alluvium.data;

import java.util.Locale;
import java.util.regex.Pattern;

/// The value of a setting or option in force, and where it came from.
public record Setting(String key, String value, Origin origin) {

    private static final String MASK = "********";
    private static final Pattern SECRET = Pattern.compile(
            "password|passphrase|secret|jaas|token|credential|assertion|private|user\\.info|keystore\\.key$");

    /// From the weakest to the strongest.
    public enum Origin {
        DEFAULT("default"),
        FILE("file"),
        ENVIRONMENT("environment"),
        WITH("WITH");

        private final String text;

        Origin(String text) {
            this.text = text;
        }

        /// The word for it in answers: `default`, `file`, `environment`, `WITH`.
        public String text() {
            return text;
        }
    }

    /// Whether the value must never be shown, by what the key is called.
    public static boolean isSecret(String key) {
        return SECRET.matcher(key.toLowerCase(Locale.ROOT)).find();
    }

    /// `value`, or asterisks when the key names a secret.
    public static String mask(String key, String value) {
        return isSecret(key) && !value.isEmpty() ? MASK : value;
    }

    /// The same with a secret masked.
    public Setting masked() {
        return new Setting(key, mask(key, value), origin);
    }
}
