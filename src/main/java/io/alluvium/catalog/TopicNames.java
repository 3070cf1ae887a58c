package io.alluvium.catalog;

import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a Kafka topic may be called.
public final class TopicNames {

    private static final int MAX_LENGTH = 249;
    private static final Pattern ILLEGAL = Pattern.compile("[^A-Za-z0-9._-]");

    private TopicNames() {}

    /// @return the name itself
    /// @throws AlluviumException CONFIGURATION with the reason when no topic can be called that
    public static String check(String topic) {
        if (topic.isEmpty()) {
            throw refused("a topic's name must not be empty");
        }
        if (topic.length() > MAX_LENGTH) {
            throw refused("a topic's name has at most " + MAX_LENGTH + " characters, '" + topic.substring(0, 20)
                    + "…' has " + topic.length());
        }
        if (topic.equals(".") || topic.equals("..")) {
            throw refused("'" + topic + "' is not a name that a topic can have");
        }
        Matcher illegal = ILLEGAL.matcher(topic);
        if (illegal.find()) {
            throw refused("the topic name '" + topic + "' has the character '" + illegal.group() + "'");
        }
        return topic;
    }

    /// The same for a name that stands in SQL.
    ///
    /// @param position its 1-based place there, which the error has
    public static String check(String topic, int position) {
        try {
            return check(topic);
        } catch (AlluviumException e) {
            throw e.at(position);
        }
    }

    private static AlluviumException refused(String message) {
        return new AlluviumException(
                ErrorCode.CONFIGURATION,
                message,
                "Allowed are 1 to " + MAX_LENGTH
                        + " of the characters A-Z a-z 0-9 . _ - and neither \".\" nor \"..\".");
    }
}
