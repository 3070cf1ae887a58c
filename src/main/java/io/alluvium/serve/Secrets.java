package io.alluvium.serve;

import io.alluvium.data.Setting;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Masks the secrets that stand inside a text: a definition, a source's URL, a library's message.
public final class Secrets {

    /// `"jdbc.password" = 'x'`, with either kind of quote, or none around the name.
    private static final Pattern OPTION =
            Pattern.compile("([\"']?([\\w.-]+)[\"']?\\s*=\\s*)('(?:[^']|'')*'|\"(?:[^\"]|\"\")*\")");
    /// `password=x` in a URL or in a list of properties.
    private static final Pattern PARAMETER = Pattern.compile("(\\b([\\w.-]+)=)((?:[^&;\\s'\"]|'')+)");
    /// `scheme://user:password@host`.
    private static final Pattern USER_INFO = Pattern.compile("(\\w:/{2}[^/\\s:@'\"]+:)[^/\\s@'\"]+@");

    private Secrets() {}

    public static String masked(String text) {
        String withoutOptions = OPTION.matcher(text).replaceAll(found -> {
            String quoted = found.group(3);
            String quote = quoted.substring(0, 1);
            return pair(found.group(1), found.group(2), quote, quoted.substring(1, quoted.length() - 1));
        });
        String withoutParameters = PARAMETER
                .matcher(withoutOptions)
                .replaceAll(found -> pair(found.group(1), found.group(2), "", found.group(3)));
        return USER_INFO.matcher(withoutParameters).replaceAll("$1********@");
    }

    private static String pair(String head, String name, String quote, String value) {
        return Matcher.quoteReplacement(head + quote + Setting.mask(name, value) + quote);
    }
}
