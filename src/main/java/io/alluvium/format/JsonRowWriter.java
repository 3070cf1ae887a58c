package io.alluvium.format;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;

/// Writes one row after the other as a JSON object in UTF-8, from values as they come: a name, then its value.
/// Belongs to one thread.
public final class JsonRowWriter {

    private final JsonBytes json = new JsonBytes();
    private final JsonBytes part = new JsonBytes();

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
        twoDigits(value.getHour());
        json.write(':');
        twoDigits(value.getMinute());
        json.write(':');
        twoDigits(value.getSecond());
        fraction(value.getNano());
        if (utc) {
            json.write('Z');
        }
        json.write('"');
    }

    private void day(LocalDate value) {
        fourDigits(value.getYear());
        json.write('-');
        twoDigits(value.getMonthValue());
        json.write('-');
        twoDigits(value.getDayOfMonth());
    }

    /// In microseconds unless that loses something.
    private void fraction(int nanos) {
        if (nanos == 0) {
            return;
        }
        json.write('.');
        int micros = nanos / 1000;
        twoDigits(micros / 10_000);
        fourDigits(micros % 10_000);
        int rest = nanos % 1000;
        if (rest != 0) {
            json.write((char) ('0' + rest / 100));
            twoDigits(rest % 100);
        }
    }

    private void fourDigits(int value) {
        twoDigits(value / 100);
        twoDigits(value % 100);
    }

    private void twoDigits(int value) {
        json.write((char) ('0' + value / 10));
        json.write((char) ('0' + value % 10));
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

    /// How much there is of the row.
    public int length() {
        return json.length();
    }

    /// Some of the row's fields as an object of their own, also when the row has ended.
    ///
    /// @param places for each field what [#length] was before it and after it
    public byte[] part(int[] places) {
        part.clear();
        part.write('{');
        for (int i = 0; i < places.length; i += 2) {
            int from = json.isAt(places[i], ',') ? places[i] + 1 : places[i];
            if (from < places[i + 1]) {
                if (part.length() > 1) {
                    part.write(',');
                }
                part.write(json, from, places[i + 1]);
            }
        }
        part.write('}');
        return part.toArray();
    }

    /// Ends the row.
    public byte[] end() {
        json.write('}');
        return json.toArray();
    }
}
