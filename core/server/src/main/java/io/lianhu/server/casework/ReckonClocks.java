package io.lianhu.server.casework;

import io.lianhu.sdk.Events;
import io.lianhu.sdk.calendar.CalendarChanged;
import io.lianhu.server.calendar.Calendars;
import io.lianhu.server.persistence.CoreStore;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * When the county's calendar changes, what its open cases have left is reckoned anew: some hundreds in a transaction, and then the event
 * that those after them are to be. So no case is locked for long, and none is forgotten when a server ends.
 */
@Singleton
class ReckonClocks {

    private static final int BATCH = 500;

    private final CoreStore store;
    private final Calendars calendars;
    private final Events events;

    ReckonClocks(CoreStore store, Calendars calendars, Events events) {
        this.store = store;
        this.calendars = calendars;
        this.events = events;
    }

    Uni<Void> begin(CalendarChanged change) {
        return events.publish(new CasesToReckon(change.calendarId(), null));
    }

    Uni<Void> reckon(CasesToReckon round) {
        return store.session(session -> batch(session, round.after()).call(cases -> calendars
                        .fresh()
                        .invoke(calendar -> cases.forEach(one -> one.clocks().reckon(calendar)))))
                .chain(cases -> cases.size() < BATCH
                        ? Uni.createFrom().voidItem()
                        : events.publish(new CasesToReckon(
                                round.calendarId(), cases.get(BATCH - 1).getId())));
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
