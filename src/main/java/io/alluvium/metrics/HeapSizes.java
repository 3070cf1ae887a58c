package io.alluvium.metrics;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/// What objects take of the heap of this JVM, in bytes, as its flags lay them out.
///
/// Layout: an object is a header and its fields, an array a header, its length and its elements, both rounded up to
/// the alignment. The header is 8 bytes with compact object headers, else 8 bytes and the class pointer; a
/// reference is 4 bytes with compressed oops, else 8. Under G1 an array of more than half a region has whole
/// regions to itself, and what it leaves of the last one is of no use to anybody: so it is counted with the array.
///
/// Sizes follow from lengths alone: nothing is walked and nothing is measured after the start.
public final class HeapSizes {

    /// What a reference takes.
    public static final int REFERENCE;

    private static final int HEADER;
    private static final int ALIGNMENT;
    private static final long REGION;

    static {
        HotSpotDiagnosticMXBean flags = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        REFERENCE = isSet(flags, "UseCompressedOops") ? 4 : 8;
        ALIGNMENT = (int) number(flags, "ObjectAlignmentInBytes", 8);
        REGION = isSet(flags, "UseG1GC") ? number(flags, "G1HeapRegionSize", 0) : 0;
        if (isSet(flags, "UseCompactObjectHeaders")) {
            HEADER = 8;
        } else {
            HEADER = isSet(flags, "UseCompressedClassPointers") ? 12 : 16;
        }
    }

    private HeapSizes() {}

    private static boolean isSet(HotSpotDiagnosticMXBean flags, String name) {
        try {
            return Boolean.parseBoolean(flags.getVMOption(name).getValue());
        } catch (IllegalArgumentException e) {
            // A JVM that does not know the flag any more has what it stood for.
            return !name.equals("UseG1GC");
        }
    }

    private static long number(HotSpotDiagnosticMXBean flags, String name, long otherwise) {
        try {
            return Long.parseLong(flags.getVMOption(name).getValue());
        } catch (IllegalArgumentException e) {
            return otherwise;
        }
    }

    /// An object.
    ///
    /// @param references how many of its fields are references
    /// @param bytes what its other fields take, such as 8 for a `long`, 4 for an `int`, 1 for a `boolean`
    public static long object(int references, int bytes) {
        return aligned(HEADER + (long) references * REFERENCE + bytes);
    }

    public static long bytes(long length) {
        return array(length, 1);
    }

    public static long ints(long length) {
        return array(length, 4);
    }

    public static long longs(long length) {
        return array(length, 8);
    }

    public static long doubles(long length) {
        return array(length, 8);
    }

    /// An array of references without what they lead to.
    public static long references(long length) {
        return array(length, REFERENCE);
    }

    /// An array of elements of `width` bytes.
    public static long array(long length, int width) {
        int lengthEnd = HEADER + Integer.BYTES;
        int base = (lengthEnd + width - 1) / width * width;
        return withRegion(aligned(base + length * width), REGION);
    }

    /// A text with its bytes.
    public static long text(String text) {
        boolean isLatin1 = text.chars().allMatch(c -> c < 256);
        return object(1, Integer.BYTES + 2) + bytes(isLatin1 ? text.length() : 2L * text.length());
    }

    static long withRegion(long bytes, long region) {
        return region > 0 && bytes > region / 2 ? (bytes + region - 1) / region * region : bytes;
    }

    private static long aligned(long bytes) {
        return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
}
