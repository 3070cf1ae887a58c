package io.alluvium.source.file;

import io.alluvium.catalog.EffectiveOptions;
import io.alluvium.fault.AlluviumException;
import io.alluvium.fault.ErrorCode;
import io.alluvium.format.AvroFile;
import io.alluvium.format.CsvDialect;
import io.alluvium.format.RowFile;
import io.alluvium.format.parquet.ParquetFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// What a file is and how it is written, by its name and the table's options.
///
/// @param isHeaded whether the first record of CSV names the columns
/// @param skipLines lines to leave out at the start
record FileFormat(
        Kind kind, FileCompression compression, Charset charset, CsvDialect dialect, boolean isHeaded, int skipLines) {

    private static final Map<String, Kind> KINDS = Map.of(
            "csv",
            Kind.CSV,
            "tsv",
            Kind.CSV,
            "json",
            Kind.JSON_ARRAY,
            "jsonl",
            Kind.JSON_LINES,
            "ndjson",
            Kind.JSON_LINES,
            "parquet",
            Kind.PARQUET,
            "avro",
            Kind.AVRO);
    private static final String AVAILABLE = "csv, tsv, json, jsonl, ndjson, parquet and avro";
    private static final Set<String> REFUSED_FORMATS = Set.of("orc", "xml", "xlsx");
    private static final Set<String> REFUSED_COMPRESSIONS = Set.of("bz2", "xz", "lz4", "zip", "7z", "snappy");
    private static final List<String> CSV_OPTIONS =
            List.of("file.delimiter", "file.quote", "file.escape", "file.header", "file.null");
    private static final List<String> TEXT_OPTIONS = List.of("file.skip.lines", "file.encoding");

    enum Kind {
        CSV,
        JSON_LINES,
        JSON_ARRAY,
        PARQUET,
        AVRO;

        /// Whether files of this kind are rows with their columns, not text.
        boolean isRowFile() {
            return this == PARQUET || this == AVRO;
        }
    }

    /// Whether a position in the file is a number of records: text that can only be read from its start, or rows.
    boolean isWhole() {
        return isCompressed() || kind == Kind.JSON_ARRAY || kind.isRowFile();
    }

    boolean isCompressed() {
        return compression != FileCompression.NONE;
    }

    /// Opens a file of rows; the channel stays the caller's.
    RowFile open(String path, FileChannel channel) throws IOException {
        return kind == Kind.AVRO ? AvroFile.open(path, channel) : ParquetFile.open(path, channel);
    }

    /// @throws AlluviumException CONFIGURATION when neither name nor options say what the file is, or an
    ///     option has no meaning for it; FEATURE_NOT_SUPPORTED for formats that this version does not have
    static FileFormat of(String path, EffectiveOptions options) {
        String name = path.substring(path.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
        String extension = extension(name);
        if (REFUSED_COMPRESSIONS.contains(extension)) {
            throw new AlluviumException(
                    ErrorCode.FEATURE_NOT_SUPPORTED,
                    "'" + path + "' is compressed as ." + extension + ", which is not available in this version",
                    "Compress it with gzip (.gz) or zstd (.zst), or leave it as it is.");
        }
        FileCompression compression = FileCompression.of(extension);
        if (compression != FileCompression.NONE) {
            extension = extension(name.substring(0, name.length() - extension.length() - 1));
        }
        String format = options.find("file.format").orElse(extension);
        if (REFUSED_FORMATS.contains(format)) {
            throw new AlluviumException(
                    ErrorCode.FEATURE_NOT_SUPPORTED,
                    "'" + path + "' is of the format " + format + ", which is not available in this version",
                    "Available are " + AVAILABLE + ", the texts also with .gz or .zst.");
        }
        Kind kind = KINDS.get(format);
        if (kind == null) {
            throw new AlluviumException(
                    ErrorCode.CONFIGURATION,
                    "the name of '" + path + "' does not say what the file is",
                    "Say it: WITH (\"file.format\" = \"csv\"); available are " + AVAILABLE + ".");
        }
        if (kind.isRowFile() && compression != FileCompression.NONE) {
            throw new AlluviumException(
                    ErrorCode.FEATURE_NOT_SUPPORTED,
                    "'" + path + "' is a compressed " + kind.name().toLowerCase(Locale.ROOT)
                            + " file, which is not available in this version",
                    "Unpack it: files of this format are compressed inside.");
        }
        checkOptions(kind, options);
        char delimiter = options.character("file.delimiter").orElse(format.equals("tsv") ? '\t' : ',');
        char quote = options.character("file.quote").orElse('"');
        if (delimiter == quote) {
            throw new AlluviumException(
                    ErrorCode.CONFIGURATION,
                    "the delimiter and the quote of '" + path + "' are both '" + quote + "'",
                    "Give them different characters, such as \"file.delimiter\" = \";\".");
        }
        var dialect = new CsvDialect(
                delimiter,
                quote,
                options.character("file.escape").orElse(null),
                options.find("file.null").orElse(null));
        return new FileFormat(
                kind,
                compression,
                charset(options),
                dialect,
                kind == Kind.CSV && options.bool("file.header"),
                options.integer("file.skip.lines"));
    }

    private static String extension(String name) {
        int dot = name.lastIndexOf('.');
        return dot < 0 ? "" : name.substring(dot + 1);
    }

    private static void checkOptions(Kind kind, EffectiveOptions options) {
        if (kind == Kind.CSV) {
            return;
        }
        for (String option : CSV_OPTIONS) {
            if (options.isGiven(option)) {
                throw new AlluviumException(
                        ErrorCode.CONFIGURATION,
                        "the option '" + option + "' belongs to csv and tsv, and the file is "
                                + (kind.isRowFile() ? kind.name().toLowerCase(Locale.ROOT) : "JSON"),
                        "Take it out, or say what the file is: \"file.format\" = \"csv\"");
            }
        }
        if (kind == Kind.JSON_ARRAY && options.isGiven("file.skip.lines")) {
            throw new AlluviumException(
                    ErrorCode.CONFIGURATION,
                    "the option 'file.skip.lines' belongs to files of lines, and the file is one JSON array",
                    "Take it out, or for one object a line: \"file.format\" = \"jsonl\"");
        }
        for (String option : TEXT_OPTIONS) {
            if (kind.isRowFile() && options.isGiven(option)) {
                throw new AlluviumException(
                        ErrorCode.CONFIGURATION,
                        "the option '" + option + "' belongs to files of text, and the file is "
                                + kind.name().toLowerCase(Locale.ROOT),
                        "Take it out, or say what the file is: \"file.format\" = \"csv\"");
            }
        }
    }

    private static Charset charset(EffectiveOptions options) {
        Charset charset = options.encoding("file.encoding");
        if (!charset.canEncode()) {
            throw new AlluviumException(
                    ErrorCode.CONFIGURATION,
                    "file.encoding = '" + charset + "' is a way to guess a character set, not one",
                    "Name the character set itself, such as UTF-8, ISO-8859-1 or Shift_JIS.");
        }
        return charset;
    }
}
