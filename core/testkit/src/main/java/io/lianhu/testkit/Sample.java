package io.lianhu.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Something of a plugin's that was written in one county, and where it shows there.
 *
 * @param reader somebody of that county who may see it
 * @param id of a type that implements {@code Node}
 * @param listings queries whose answer has that id in it, when the reader asks
 */
public record Sample(GraphqlClient reader, String id, List<Listing> listings) {

    /** One query. */
    public record Listing(String document, Map<String, Object> variables) {}

    public static Sample of(GraphqlClient reader, String id) {
        return new Sample(reader, id, List.of());
    }

    public Sample listedBy(String document, Map<String, Object> variables) {
        List<Listing> more = new ArrayList<>(listings);
        more.add(new Listing(document, variables));
        return new Sample(reader, id, List.copyOf(more));
    }
}
