package io.alluvium.serve.http;

import java.util.Locale;

/// The forms in which the rows of an answer can be sent.
enum AnswerFormat {
    JSON("application/json"),
    NDJSON("application/x-ndjson"),
    CSV("text/csv; charset=utf-8");

    private final String contentType;

    AnswerFormat(String contentType) {
        this.contentType = contentType;
    }

    String contentType() {
        return contentType;
    }

    /// The form that an `Accept` header likes best: the greatest `q`, then the first. JSON where it says
    /// nothing.
    static AnswerFormat of(String accept) {
        AnswerFormat best = JSON;
        double bestWeight = 0;
        for (String range : accept.split(",", -1)) {
            String[] parts = range.strip().toLowerCase(Locale.ROOT).split(";", -1);
            AnswerFormat named = switch (parts[0].strip()) {
                case "application/x-ndjson", "application/ndjson", "application/jsonl" -> NDJSON;
                case "text/csv" -> CSV;
                case "application/json" -> JSON;
                default -> null;
            };
            if (named != null && weight(parts) > bestWeight) {
                best = named;
                bestWeight = weight(parts);
            }
        }
        return best;
    }

    private static double weight(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip();
            if (parameter.startsWith("q=")) {
                try {
                    return Double.parseDouble(parameter.substring(2));
                } catch (NumberFormatException e) {
                    return 0;
                }
            }
        }
        return 1;
    }
}
