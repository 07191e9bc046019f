package io.lianhu.sdk;

/**
 * The code of a division (区划代码): 6 digits for a county (GB/T 2260), 9 for a town, 12 for a village (statistical codes), 15 for a
 * grid and 17 for a joint-household group (联户组) below it. The code of what contains a division begins its code.
 */
public record DivisionCode(String value) implements Comparable<DivisionCode> {
    public DivisionCode {
        if (!value.matches("[0-9]{6}|[0-9]{9}|[0-9]{12}|[0-9]{15}|[0-9]{17}")) {
            throw new IllegalArgumentException("Not a division code: " + value);
        }
    }

    /** Whether the other is this division or lies in it. */
    public boolean contains(DivisionCode other) {
        return other.value.startsWith(value);
    }

    /** The village or community in which this division lies; itself, where it is one. */
    public DivisionCode village() {
        if (value.length() < 12) {
            throw new IllegalStateException(value + " lies above the villages");
        }
        return new DivisionCode(value.substring(0, 12));
    }

    /**
     * The end, exclusive, of the codes in this division under the C collation: {@code code >= value and code < end}. A range and not
     * LIKE, because LIKE cannot use an index under row-level security.
     */
    public String end() {
        return value + ":";
    }

    @Override
    public int compareTo(DivisionCode other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
