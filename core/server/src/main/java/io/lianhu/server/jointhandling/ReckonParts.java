package io.lianhu.server.jointhandling;

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

/** When the county's calendar changes, what its open parts have left is reckoned anew: some hundreds in a transaction. */
@Singleton
class ReckonParts {

    private static final int BATCH = 500;

    private final CoreStore store;
    private final Calendars calendars;
    private final Events events;

    ReckonParts(CoreStore store, Calendars calendars, Events events) {
        this.store = store;
        this.calendars = calendars;
        this.events = events;
    }

    Uni<Void> begin(CalendarChanged change) {
        return events.publish(new PartsToReckon(change.calendarId(), null));
    }

    Uni<Void> reckon(PartsToReckon round) {
        return calendars
                .fresh()
                .chain(calendar -> store.session(session ->
                        batch(session, round.after()).invoke(parts -> parts.forEach(one -> one.reckon(calendar)))))
                .chain(parts -> parts.size() < BATCH
                        ? Uni.createFrom().voidItem()
                        : events.publish(new PartsToReckon(
                                round.calendarId(), parts.get(BATCH - 1).getId())));
    }

    private static Uni<List<CasePart>> batch(Mutiny.Session session, @Nullable UUID after) {
        Mutiny.SelectionQuery<CasePart> query = session.createSelectionQuery(
                        "from CasePart p where p.state = ASKED" + (after == null ? "" : " and p.id > :after")
                                + " order by p.id",
                        CasePart.class)
                .setMaxResults(BATCH)
                .setLockMode(LockModeType.PESSIMISTIC_WRITE);
        if (after != null) {
            query.setParameter("after", after);
        }
        return query.getResultList();
    }
}
