package io.lianhu.points.ledger;

import io.smallrye.mutiny.Uni;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;

/** The accounts that one posting touches, locked together. */
final class Accounts {

    private final Map<UUID, Account> locked;

    private Accounts(Map<UUID, Account> locked) {
        this.locked = locked;
    }

    Account get(UUID id) {
        return Objects.requireNonNull(locked.get(id), () -> "Account " + id + " was not locked");
    }

    /**
     * Opens those that do not exist yet. Two transactions may open the same account at once: one waits for the other, and finds it
     * opened. By ascending id, always, so that two who open several never wait for each other in a circle.
     */
    static Uni<Void> open(Mutiny.Session session, Collection<AccountKey> keys, Instant now) {
        Map<UUID, AccountKey> sorted = new TreeMap<>();
        keys.forEach(key -> sorted.put(key.id(), key));
        return session.createSelectionQuery("select a.id from Account a where a.id in :ids", UUID.class)
                .setParameter("ids", sorted.keySet())
                .getResultList()
                .chain(known -> {
                    Set<UUID> present = new HashSet<>(known);
                    Uni<Void> opened = Uni.createFrom().voidItem();
                    for (AccountKey key : sorted.values()) {
                        if (!present.contains(key.id())) {
                            opened = opened.chain(() -> insert(session, key, now));
                        }
                    }
                    return opened;
                });
    }

    private static Uni<Void> insert(Mutiny.Session session, AccountKey key, Instant now) {
        Owner owner = key.owner();
        return session.createNativeQuery(
                        """
                        insert into {h-schema}points_account (id, purpose, owner_kind, owner_id, village, opened_at)
                        values (:id, :purpose, :ownerKind, :ownerId, :village, :now)
                        on conflict do nothing""")
                .setParameter("id", key.id())
                .setParameter("purpose", key.purpose().name())
                .setParameter("ownerKind", owner == null ? null : owner.kind().name())
                .setParameter("ownerId", owner == null ? null : owner.id())
                .setParameter("village", key.village().value())
                .setParameter("now", now)
                .executeUpdate()
                .replaceWithVoid();
    }

    /** Locks the accounts for the rest of the transaction, by ascending id; what does not exist is left out. */
    static Uni<Accounts> lock(Mutiny.Session session, Collection<UUID> ids) {
        return session.createSelectionQuery("from Account a where a.id in :ids order by a.id", Account.class)
                .setParameter("ids", List.copyOf(new HashSet<>(ids)))
                .setLockMode(LockModeType.PESSIMISTIC_WRITE)
                .getResultList()
                .map(rows -> new Accounts(rows.stream().collect(Collectors.toMap(Account::id, Function.identity()))));
    }

    boolean contains(UUID id) {
        return locked.containsKey(id);
    }
}
