package io.lianhu.points;

import io.lianhu.sdk.PageRequest;
import java.util.UUID;

/** Paging by ids, newest first. */
public final class Pages {

    private static final UUID AFTER_ALL = new UUID(-1L, -1L);

    private Pages() {}

    /** The id that all of the page's ids lie before: for a first page one beyond all, so that each page is the same statement. */
    public static UUID before(PageRequest page) {
        return page.after().orElse(AFTER_ALL);
    }
}
