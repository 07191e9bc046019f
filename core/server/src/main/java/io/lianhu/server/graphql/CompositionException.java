package io.lianhu.server.graphql;

import java.util.List;

/** Contributions that do not make a schema together, each fault in a line. */
public final class CompositionException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final List<String> faults;

    CompositionException(List<String> faults) {
        super(String.join("; ", faults));
        this.faults = List.copyOf(faults);
    }

    public List<String> faults() {
        return faults;
    }
}
