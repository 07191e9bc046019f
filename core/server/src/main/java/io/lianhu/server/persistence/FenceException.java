package io.lianhu.server.persistence;

import java.util.List;

/** Tables that cannot be kept apart by county, each with what is wrong. */
public final class FenceException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final List<String> faults;

    FenceException(List<String> faults) {
        super("Tables cannot be kept apart by county: " + faults);
        this.faults = List.copyOf(faults);
    }

    /** One line per fault. */
    public List<String> faults() {
        return faults;
    }
}
