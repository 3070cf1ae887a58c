package io.alluvium.format;

import org.jspecify.annotations.Nullable;

/// How a CSV file is written.
///
/// @param escape what makes a quote inside quotes part of the field, beside the doubled quote; null for that
///     alone
/// @param nullText the text that, without quotes, is NULL, beside the empty one; null for none
public record CsvDialect(
        char delimiter,
        char quote,
        @Nullable Character escape,
        @Nullable String nullText) {

    /// Commas and double quotes.
    public static final CsvDialect STANDARD = new CsvDialect(',', '"', null, null);
}
