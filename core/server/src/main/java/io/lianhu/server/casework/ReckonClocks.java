package io.lianhu.server.casework;

import io.lianhu.sdk.calendar.CalendarChanged;
import io.lianhu.server.calendar.Calendars;
import io.lianhu.server.calendar.WorkCalendar;
import io.lianhu.server.persistence.CoreStore;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** When the county's calendar changes, what its open cases have left is reckoned anew, all in the transaction of the event. */
@Singleton
class ReckonClocks {

    private static final int BATCH = 500;

    private final CoreStore store;
    private final Calendars calendars;

    ReckonClocks(CoreStore store, Calendars calendars) {
        this.store = store;
        this.calendars = calendars;
    }

    /** Natural time knows no calendar. */
    Uni<Void> reckon(CalendarChanged change) {
        return calendars.fresh().chain(calendar -> from(null, calendar));
    }

    private Uni<Void> from(@Nullable UUID after, WorkCalendar calendar) {
        return store.session(session -> batch(session, after)
                        .invoke(cases -> cases.forEach(one -> one.clocks().reckon(calendar))))
                .chain(cases -> cases.size() < BATCH
                        ? Uni.createFrom().voidItem()
                        : from(cases.get(BATCH - 1).getId(), calendar));
    }

    private static Uni<List<Case>> batch(Mutiny.Session session, @Nullable UUID after) {
        Mutiny.SelectionQuery<Case> query = session.createSelectionQuery(
                        "from Case c where c.time.dueAt is not null" + (after == null ? "" : " and c.id > :after")
                                + " order by c.id",
                        Case.class)
                .setMaxResults(BATCH)
                .setLockMode(LockModeType.PESSIMISTIC_WRITE);
        if (after != null) {
            query.setParameter("after", after);
        }
        return query.getResultList();
    }
}
