package io.alluvium.format;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;

/// Writes one row after the other as a JSON object in UTF-8, from values as they come: a name, then its value.
/// Belongs to one thread.
public final class JsonRowWriter {

    private final JsonBytes json = new JsonBytes();

    /// Begins a row.
    public void begin() {
        json.clear();
        json.write('{');
    }

    /// Begins a field; its value must follow.
    ///
    /// @param name as [JsonText#fieldName] has it
    public void name(byte[] name) {
        if (json.length() > 1) {
            json.write(',');
        }
        json.write(name, 0, name.length);
    }

    public void number(long value) {
        json.write(value);
    }

    public void number(BigDecimal value) {
        json.write(value.toPlainString());
    }

    /// A value that is no number is written as text, as JSON has no name for it.
    public void number(double value) {
        json.write(value);
    }

    public void number(float value) {
        json.write(value);
    }

    public void flag(boolean value) {
        json.write(value);
    }

    public void text(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        json.writeString(bytes, 0, bytes.length);
    }

    public void base64(byte[] value) {
        json.writeBase64(value, 0, value.length);
    }

    /// A date of the years 0 to 9999.
    public void date(LocalDate value) {
        json.write('"');
        day(value);
        json.write('"');
    }

    /// A date of the years 0 to 9999 with its time.
    ///
    /// @param utc whether it is a moment
    public void timestamp(LocalDateTime value, boolean utc) {
        json.write('"');
        day(value.toLocalDate());
        json.write('T');
        digits(value.getHour(), 10);
        json.write(':');
        digits(value.getMinute(), 10);
        json.write(':');
        digits(value.getSecond(), 10);
        int nanos = value.getNano();
        if (nanos != 0) {
            json.write('.');
            digits(nanos % 1000 == 0 ? nanos / 1000 : nanos, nanos % 1000 == 0 ? 100_000 : 100_000_000);
        }
        if (utc) {
            json.write('Z');
        }
        json.write('"');
    }

    private void day(LocalDate value) {
        digits(value.getYear(), 1000);
        json.write('-');
        digits(value.getMonthValue(), 10);
        json.write('-');
        digits(value.getDayOfMonth(), 10);
    }

    private void digits(int value, int greatestUnit) {
        for (int unit = greatestUnit; unit > 0; unit /= 10) {
            json.write((char) ('0' + value / unit % 10));
        }
    }

    /// A value that is JSON already.
    public void json(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        json.write(bytes, 0, bytes.length);
    }

    /// What stands between the elements of an array, and around them.
    public void structure(char character) {
        json.write(character);
    }

    /// Ends the row.
    public byte[] end() {
        json.write('}');
        return json.toArray();
    }
}
