package io.alluvium.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;

/// Writes values as Avro's own library does.
public final class AvroRecords {

    private AvroRecords() {}

    public static byte[] encode(Schema schema, @Nullable Object value) {
        var out = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
        try {
            new GenericDatumWriter<>(schema).write(value, encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /// A record with the values of its fields in their order.
    public static GenericRecord record(Schema schema, @Nullable Object... values) {
        var record = new GenericData.Record(schema);
        for (int i = 0; i < values.length; i++) {
            record.put(i, values[i]);
        }
        return record;
    }

    public static byte[] bytes(String schema, @Nullable Object... values) {
        Schema parsed = new Schema.Parser().parse(schema);
        return encode(parsed, record(parsed, values));
    }
}
